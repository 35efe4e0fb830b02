"""The bytes that documents were read from, kept for whoever wants to see their pages.

Each document has a folder of its own, and in it files named by their digest: what is not what the
library says of the document belongs to nobody. A file is there before its document is committed,
so what is young may still become a document's.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gristmill.schemas.ids import document_id
from gristmill.storage import faults
from gristmill.storage.disk.durable import sync_folder, write_atomic
from gristmill.storage.layout import DataFolder
from gristmill.storage.opening import open_library

if TYPE_CHECKING:
    from gristmill.storage.library.catalogue_role import Renamed


class Originals:
    """The originals of one data folder. Safe from any thread and process."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    def keep(self, collection: str, uri: str, sha256: str, data: bytes) -> None:
        """Keep a document's bytes, durably. Raises OSError."""
        path = self._place(document_id(collection, _as_stored(uri))) / sha256
        with suppress(FileNotFoundError):
            # It is young again: its document may be on its way to the library.
            os.utime(path)
            return
        self._make(path.parent)
        faults.disk("original.write")
        write_atomic(path, data)

    def path(self, document: str, sha256: str) -> Path | None:
        """Where the bytes of a document are; None where they are not kept."""
        path = self._place(document) / sha256
        return path if path.is_file() else None

    def drop(self, document: str) -> None:
        """Remove all that was kept of a document. Raises OSError."""
        with suppress(FileNotFoundError):
            faults.disk("original.unlink")
            shutil.rmtree(self._place(document))

    def link_all(self, renamed: "Iterable[Renamed]") -> None:
        """Have what is kept of documents be there under their new ids as well. The old ones belong
        to nobody soon (`drop_strays`). Raises OSError."""
        if not self._folder.originals.is_dir():
            return
        for old, new, sha256 in renamed:
            source, target = self._place(old) / sha256, self._place(new) / sha256
            if source.is_file() and not target.exists():
                self._make(target.parent)
                os.link(source, target)
                sync_folder(target.parent)

    def all(self) -> Iterator[tuple[str, Path]]:
        """Every file, with the id of its document."""
        for place in self._folder.originals.glob("??/*"):
            with suppress(NotADirectoryError, FileNotFoundError):
                for path in place.iterdir():
                    if path.name[0] != ".":
                        yield place.name, path

    def _make(self, place: Path) -> None:
        # One by one from the data folder down: a worker may look at nothing above that.
        for folder in (self._folder.originals, place.parent, place):
            if not folder.is_dir():
                folder.mkdir(0o700, exist_ok=True)
                sync_folder(folder.parent)

    def _place(self, document: str) -> Path:
        return self._folder.originals / document[:2] / document


def is_whole(path: Path) -> bool:
    """Whether a file holds the bytes that it is named by. Raises OSError."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == path.name


def drop_strays(folder: DataFolder, before_s: float) -> int:
    """Remove what belongs to no document of the library, and was last kept before `before_s`
    (seconds since the epoch); returns the number of files. Safe beside a running service. Raises
    OSError, LibraryTrouble."""
    if not folder.originals.is_dir():
        return 0
    dropped = 0
    with open_library(folder, readonly=True) as library:
        for document, path in Originals(folder).all():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime >= before_s:
                    continue
                found = library.document(document)
                if found is None or found.sha256 != path.name:
                    faults.disk("original.unlink")
                    path.unlink()
                    dropped += 1
                    _remove_if_empty(path.parent)
    return dropped


def _remove_if_empty(place: Path) -> None:
    with suppress(OSError):
        place.rmdir()


def _as_stored(uri: str) -> str:
    """As the library has it, which holds no lone surrogate."""
    return uri.encode(errors="backslashreplace").decode()
