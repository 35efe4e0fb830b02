"""The note that the library is damaged: a small file beside it, so that every process knows.

Whoever meets damage writes it, and no writer changes a library that has one. `gristmill check
--repair` takes it away, and so does whoever puts a sound folder in its place.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.disk.durable import sync_folder

_CHARS = 300


def note_path(library: Path) -> Path:
    """Where the note of a library lies."""
    return library.with_name(f"{library.name}.damage")


def note_damage(library: Path, reason: str) -> None:
    """Write the note unless there is one. Where even that fails (a full disk), the next one who
    meets the damage tries again."""
    path = note_path(library)
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            # Its existence says it all; what is in it is for people.
            file.write(f"{' '.join(reason.split())[:_CHARS]}, found {moment}\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)


def noted_damage(library: Path) -> str | None:
    """What the note says; None where there is none."""
    if not is_noted(library):
        # Looked at first: a process without descriptors cannot open what is not there either.
        return None
    try:
        found = note_path(library).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        found = error.strerror or str(error)
    return found.strip()[: 2 * _CHARS] or "its note says no more"


def is_noted(library: Path) -> bool:
    """Whether there is a note. Asked before each write: it reads nothing."""
    return os.path.lexists(f"{library}.damage")


def refuse_damaged(library: Path) -> None:
    """Raises LibraryDamaged where there is a note."""
    if is_noted(library):
        raise LibraryDamaged(noted_damage(library) or "it was noted a moment ago")


def clear_note(library: Path) -> None:
    """The library is sound again. Raises OSError."""
    note_path(library).unlink(missing_ok=True)
    sync_folder(library.parent)
