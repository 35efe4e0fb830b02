"""The bytes that documents were read from, kept for whoever wants to see their pages.

Each document has a folder of its own, and in it files named by their digest: what is not what the
library says of the document belongs to nobody. A file is there before its document is committed,
so what is young may still become a document's. Where uploads are objects of a bucket, originals are
as well; files that were kept before stay where they are.
"""

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gristmill.schemas.ids import document_id
from gristmill.storage import faults
from gristmill.storage.disk.durable import sync_folder, write_atomic
from gristmill.storage.layout import DataFolder
from gristmill.storage.opening import open_library

if TYPE_CHECKING:
    from gristmill.storage.library import Library
    from gristmill.storage.library.catalogue_role import Renamed
    from gristmill.storage.objects.kept import KeptObjects


_log = logging.getLogger(__name__)
_MOST_SHOWN_BYTES = 1 << 30
"""Of an object whose pages are shown: what is more than any document that is read."""


class Originals:
    """The originals of one data folder. Safe from any thread and process."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._objects = _objects_of(folder)

    def keep(self, collection: str, uri: str, sha256: str, data: bytes) -> None:
        """Keep a document's bytes, durably. Raises OSError."""
        document = document_id(collection, _as_stored(uri))
        path = self._place(document) / sha256
        if self._is_file(path):
            with suppress(FileNotFoundError):
                # It is young again: its document may be on its way to the library.
                os.utime(path)
                return
        if self._objects is not None:
            self._objects.keep(document, sha256, data)
            return
        self._make(path.parent)
        faults.disk("original.write")
        write_atomic(path, data)

    def path(self, document: str, sha256: str) -> Path | None:
        """What the bytes of a document are called, for `read`: a file's path, also where they are
        an object; None where they are not kept. Raises OSError."""
        path = self._place(document) / sha256
        if self._is_file(path):
            return path
        if self._objects is not None and self._objects.has(document, sha256):
            return path
        return None

    def read(self, path: Path, most: int) -> bytes | None:
        """Up to `most` bytes of an object; None for what is a file, or was. Raises OSError."""
        if self._objects is None or self._is_file(path):
            return None
        return self._objects.read(path.parent.name, path.name, most)

    @contextmanager
    def as_file(self, path: Path) -> Iterator[Path]:
        """A file with the bytes that are called `path`, while the context lasts. Raises OSError."""
        data = self.read(path, _MOST_SHOWN_BYTES)
        if data is None:
            yield path
            return
        import tempfile

        with tempfile.NamedTemporaryFile(dir=self._folder.run) as file:
            file.write(data)
            file.flush()
            yield Path(file.name)

    def drop(self, document: str) -> None:
        """Remove all that was kept of a document. Raises OSError; objects of a store that is away
        are `drop_strays`'s."""
        import shutil

        with suppress(FileNotFoundError):
            faults.disk("original.unlink")
            shutil.rmtree(self._place(document))
        if self._objects is not None:
            try:
                self._objects.drop(document)
            except OSError as error:
                _log.warning("the original of document %s is dropped later: %s", document, error)

    def link_all(self, renamed: "Iterable[Renamed]") -> None:
        """Have what is kept of documents be there under their new ids as well. The old ones belong
        to nobody soon (`drop_strays`). Raises OSError."""
        if self._objects is None and not self._folder.originals.is_dir():
            return
        for old, new, sha256 in renamed:
            if self._objects is not None:
                self._objects.link(old, new, sha256)
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

    def _is_file(self, path: Path) -> bool:
        """Not so where the folder is another machine's: what is there by chance is not ours."""
        return not self._folder.apart and path.is_file()

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
    if not folder.originals.is_dir() and not folder.objects:
        return 0
    with open_library(folder, readonly=True) as library:
        dropped = _drop_stray_objects(folder, library, before_s) if folder.objects else 0
        for document, path in Originals(folder).all():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime >= before_s:
                    continue
                if not _is_owned(library, document, path.name):
                    faults.disk("original.unlink")
                    path.unlink()
                    dropped += 1
                    _remove_if_empty(path.parent)
    return dropped


def _drop_stray_objects(folder: DataFolder, library: "Library", before_s: float) -> int:
    from gristmill.storage.objects.kept import KeptObjects
    from gristmill.storage.objects.uploads import UploadObjects

    if not UploadObjects(folder).are_ours():
        # That is told where uploads are looked at.
        return 0
    objects, dropped = KeptObjects(folder), 0
    for document, sha256, written_s in objects.all():
        if written_s < before_s and not _is_owned(library, document, sha256):
            objects.drop_one(document, sha256)
            dropped += 1
    return dropped


def _is_owned(library: "Library", document: str, sha256: str) -> bool:
    """Whether a document is of these bytes, in the library or in its trash."""
    found = library.document(document)
    own = found is not None and found.sha256 == sha256
    return own or library.is_in_trash(document, sha256)


def _objects_of(folder: DataFolder) -> "KeptObjects | None":
    if not folder.objects:
        return None
    # Not for all: it needs a package of its own.
    from gristmill.storage.objects.kept import KeptObjects

    return KeptObjects(folder)


def _remove_if_empty(place: Path) -> None:
    with suppress(OSError):
        place.rmdir()


def _as_stored(uri: str) -> str:
    """As the library has it, which holds no lone surrogate."""
    return uri.encode(errors="backslashreplace").decode()
