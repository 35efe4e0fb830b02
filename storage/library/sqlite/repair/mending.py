"""Puts a sound library in the place of a damaged one, which is kept aside."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.storage.damage import clear_note
from gristmill.storage.disk.durable import sync_data, sync_folder, temp_beside, write_atomic
from gristmill.storage.library.sqlite.database.connection import connect_writer, gate_of
from gristmill.storage.library.sqlite.database.gate import pass_gate
from gristmill.storage.library.sqlite.database.trouble import trouble

if TYPE_CHECKING:
    from gristmill.storage.library.sqlite.repair.salvage import Salvaged

_BESIDE = ("", "-wal", "-shm", ".lock")


class Losses(msgspec.Struct, frozen=True):
    """What all repairs of a library could not bring back: uris of documents, and the ended jobs
    that have no ledger any more."""

    documents: list[str] = []
    ledgers: list[str] = []


class Mended(NamedTuple):
    """What a repair came to. `aside`: what the damaged file is called now; None without one."""

    salvaged: "Salvaged"
    aside: str | None


def losses_path(library: Path) -> Path:
    return library.with_name(f"{library.name}.losses.json")


def losses(library: Path) -> Losses:
    """What was lost of a library until now."""
    try:
        return msgspec.json.decode(losses_path(library).read_bytes(), type=Losses)
    except (OSError, msgspec.MsgspecError):
        return Losses()


def mend(library: Path, jobs: Iterable[Manifest]) -> Mended:
    """Make a new library of what can be read of `library`, while no supervisor works on it.

    Until the new one is whole and durable, nothing is changed; then the damaged file is renamed to
    `library.db.damaged-TIME`. Raises LibraryTrouble and OSError where there is no room.
    """
    from gristmill.storage.library.sqlite.repair.salvage import salvage

    temp = temp_beside(library)
    try:
        with closing(connect_writer(temp)) as fresh:
            # It is synced once, as a whole.
            fresh.execute("PRAGMA synchronous=OFF")
            found = salvage(library, fresh, jobs)
            fresh.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(temp, "rb") as file:
            sync_data(file.fileno())
        _remember(library, found)
        with pass_gate(gate_of(library)):
            aside = _set_aside(library)
            temp.replace(library)
            sync_folder(library.parent)
    except sqlite3.Error as error:
        raise trouble(error) from error
    finally:
        for suffix in _BESIDE:
            temp.with_name(temp.name + suffix).unlink(missing_ok=True)
    clear_note(library)
    return Mended(found, aside)


def _remember(library: Path, found: "Salvaged") -> None:
    before = losses(library)
    after = Losses(
        [*before.documents, *found.lost], list(dict.fromkeys([*before.ledgers, *found.ledgers]))
    )
    if after != before:
        write_atomic(losses_path(library), msgspec.json.encode(after))


def _set_aside(library: Path) -> str | None:
    """Give the damaged file another name besides its own, which the new one takes in one step, and
    its log away: SQLite would play that back into whatever has the name."""
    if not library.exists():
        return None
    stem = f"{library.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    name, number = stem, 1
    while os.path.lexists(library.with_name(name)):
        name, number = f"{stem}.{number}", number + 1
    aside = library.with_name(name)
    os.link(library, aside)
    log = library.with_name(f"{library.name}-wal")
    if log.exists():
        log.replace(aside.with_name(f"{name}-wal"))
    library.with_name(f"{library.name}-shm").unlink(missing_ok=True)
    sync_folder(library.parent)
    return name
