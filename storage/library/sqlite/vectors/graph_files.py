"""The files that keep approximate indexes of vectors, beside the library.

The name says what one is of: the library, the model, up to which change of `vector_changes` it
goes, and a digest of its bytes. So a file comes into place whole, by one rename, and may be old,
damaged or gone at any time: what it lacks is read from the library, and what cannot be used is made
again.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gristmill.storage.disk.durable import sync_data, sync_folder, temp_beside
from gristmill.storage.library.sqlite.vectors.keeping import known_changes

_NAME = re.compile(r"(?P<library>[0-9a-f]{32})-(?P<model>\d{1,9})-(?P<change>\d{1,18})-(?P<d>\w+)")
_PIECE = 1 << 20


class GraphFile(NamedTuple):
    path: Path
    model: int
    change: int
    digest: str

    def is_whole(self) -> bool:
        """Whether it holds the bytes that were written. Raises OSError."""
        return _digest(self.path) == self.digest


def library_id(db: sqlite3.Connection) -> str:
    """What tells this library from any other, also from one that took its place."""
    (found,) = db.execute("SELECT id FROM library_id").fetchone()
    return str(found)


def usable(db: sqlite3.Connection, library: Path) -> list[GraphFile]:
    """The files that are of this library and can be brought up to date, the newest first."""
    own, (oldest, newest) = library_id(db), known_changes(db)
    found = []
    for path in everything(library):
        name = _NAME.fullmatch(path.name.removeprefix(_stem(library)))
        if name and name["library"] == own and oldest - 1 <= int(name["change"]) <= newest:
            found.append(GraphFile(path, int(name["model"]), int(name["change"]), name["d"]))
    return sorted(found, key=lambda each: -each.change)


def everything(library: Path) -> list[Path]:
    """All files that look like one."""
    return sorted(library.parent.glob(f"{_stem(library)}*"))


def keep(
    db: sqlite3.Connection, library: Path, model: int, change: int, write: Callable[[Path], None]
) -> None:
    """Keep an index in a file, in place of the older ones of its model. Raises OSError."""
    temp = temp_beside(library)
    try:
        write(temp)
        with open(temp, "rb") as file:
            sync_data(file.fileno())
        name = f"{_stem(library)}{library_id(db)}-{model}-{change}-{_digest(temp)}"
        temp.replace(library.with_name(name))
    finally:
        temp.unlink(missing_ok=True)
    sync_folder(library.parent)
    for each in usable(db, library):
        if each.model == model and each.change < change:
            each.path.unlink(missing_ok=True)


def _stem(library: Path) -> str:
    return f"{library.name}.vectors-"


def _digest(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=8)
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
