"""Where the library of a data folder is, and how it is opened.

It is a file of the folder, or in PostgreSQL: then a note in the folder says where, without anything
secret, so that whoever comes later needs no setting, and nobody takes one library for the other.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.storage.disk.durable import write_atomic
from gristmill.storage.layout import LIBRARY_PLACE, DataFolder

if TYPE_CHECKING:
    from gristmill.storage.library import Library, Patience, TimedLibrary


def noted_place(folder: DataFolder) -> str:
    """The address of the library; empty where it is a file of the folder."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return folder.library_place.read_text(encoding="utf-8").strip()
    return ""


def note_place(folder: DataFolder, address: str) -> None:
    """From now on the library of a folder is at an address. Raises DataFolderUnusable where it is
    elsewhere, or what its place has."""
    from gristmill.storage.library.postgres.address import checked, shown

    known = noted_place(folder)
    if known == checked(address):
        return
    if known:
        raise DataFolderUnusable(
            f"the library of {folder.root} is {shown(known)}, not {shown(address)}; "
            "`gristmill migrate` moves it"
        )
    if folder.library.exists():
        raise DataFolderUnusable(
            f"{folder.root} has a library of its own ({folder.library.name}); "
            f"`gristmill migrate --to {shown(address)}` moves it, another --data begins anew"
        )
    write_atomic(folder.library_place, f"{address}\n".encode())


def open_library(
    folder: DataFolder, *, readonly: bool = False, patience: "Patience | None" = None
) -> "Library":
    """The library of a folder, for one thread at a time; made when missing. With `readonly`, a
    missing file is empty. Raises DataFolderUnusable, LibraryTrouble."""
    # Not with this module: whoever only submits or asks never needs a database.
    from gristmill.storage.library import USUAL, Library

    patient = USUAL if patience is None else patience
    if address := _usable_place(folder):
        from gristmill.storage.library.postgres.facade import PostgresLibrary

        return PostgresLibrary.at(address, folder.search_copy, patience=patient)
    return Library.open(folder.library, readonly=readonly, patience=patient)


def open_timed(folder: DataFolder, timeout_s: float) -> "TimedLibrary":
    """The same for reading; what takes longer than `timeout_s` raises LibraryTrouble."""
    from gristmill.storage.library import open_reader

    if address := _usable_place(folder):
        from gristmill.storage.library.postgres.reader import TimedPostgres

        return TimedPostgres.reading(address, folder.search_copy, timeout_s)
    return open_reader(folder.library, timeout_s)


def _usable_place(folder: DataFolder) -> str:
    """The noted address. Raises DataFolderUnusable where the package is missing that it takes."""
    address = noted_place(folder)
    if address:
        from gristmill.storage.library.postgres.address import checked

        checked(address)
    return address


def library_file(folder: DataFolder) -> Path:
    """The file that is searched: the library's own, or the copy of one in PostgreSQL."""
    return folder.search_copy if noted_place(folder) else folder.library


def library_identity(folder: DataFolder) -> tuple[int, int] | None:
    """What another library that takes the place of this one has otherwise; None where there is
    none."""
    try:
        status = library_file(folder).stat()
    except FileNotFoundError:
        # One in PostgreSQL is there, though nobody has searched it here.
        return (0, 0) if noted_place(folder) else None
    return status.st_dev, status.st_ino


def refuse_elsewhere(folder: DataFolder, what: str, instead: str) -> None:
    """Raises DataFolderUnusable where the library is in PostgreSQL, for what only a file can."""
    if address := noted_place(folder):
        from gristmill.storage.library.postgres.address import shown

        raise DataFolderUnusable(
            f"{what} does not work on a library in PostgreSQL ({shown(address)}); {instead}"
        )


def secret_files(data: Sequence[Path], env: Mapping[str, str]) -> Iterator[str]:
    """What whoever opens the libraries of these folders reads its password from."""
    if any(os.path.lexists(folder / LIBRARY_PLACE) for folder in data):
        from gristmill.storage.library.postgres.address import password_files

        yield from map(str, password_files(env))
