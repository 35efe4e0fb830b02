"""Getting a document's bytes, from wherever its source keeps them."""

import errno
import os
import stat
from pathlib import Path
from typing import NamedTuple

from gristmill.pool.worker.documents.renewing import root_of
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Held, InlineText, Linked, Located, Refreshed, Spooled
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.schemas.problems.errors import DocumentError
from gristmill.storage import faults
from gristmill.storage.originals import Originals
from gristmill.storage.spool import Spool, too_large
from gristmill.storage.stores import Stores
from gristmill.storage.walking.beneath import Descent, way_below

_FINAL = {errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP}
"""Errors of opening that no waiting mends; all others (EIO, ESTALE, EMFILE) may pass."""


def read(document: PlannedDocument, manifest: Manifest, stores: Stores, limit: int) -> bytes:
    """The bytes of a document.

    Raises DocumentError `fetch_error` when they cannot be read, `too_large` over `limit` bytes,
    `unsupported` for a link that meanwhile leads outside its root.
    """
    source = manifest.sources[document.source]
    match source:
        case InlineText(_, text):
            if text is None:
                raise DocumentError(DocumentCode.FETCH_ERROR, "its text is kept no longer")
            return text.encode()
        case Spooled():
            return _read_upload(source, stores.spool, limit)
        case Held() | Linked():
            # What the library has is not read again; what is linked, `linked` fetches.
            raise DocumentError(DocumentCode.FETCH_ERROR, "it has no bytes of its own")
        case Located():
            path = Path(document.path or source.path)
            return _read_file(path, limit, _Bounds(source.root, stores.folder.real))
        case Refreshed(_, roots):
            return _read_again(document.path or "", limit, roots, stores)


class _Bounds(NamedTuple):
    """Where a file has to be: in `root`, and not in our own `data` folder, with its secret, but for
    what is kept there to be read (None)."""

    root: str
    data: str | None

    def check(self, real: str) -> None:
        # Again, though planning did: a link may have been changed since.
        if not _is_in(real, self.root):
            text = "a link that leads outside the allowed root"
            raise DocumentError(DocumentCode.UNSUPPORTED, text)
        if self.data is not None and _is_in(real, self.data):
            text = "it belongs to the data folder of the service"
            raise DocumentError(DocumentCode.UNSUPPORTED, text)


def _read_again(path: str, limit: int, roots: tuple[str, ...], stores: Stores) -> bytes:
    originals = str(stores.folder.originals)
    if _is_in(path, originals):
        data = _read_object(Path(path), limit, stores.originals)
        if data is not None:
            return data
        return _read_file(Path(path), limit, _Bounds(os.path.realpath(originals), None))
    root = root_of(path, roots)
    if root is None:
        raise DocumentError(DocumentCode.FETCH_ERROR, "the file is no longer below an allowed root")
    return _read_file(Path(path), limit, _Bounds(root, stores.folder.real))


def _read_object(path: Path, limit: int, originals: Originals) -> bytes | None:
    try:
        data = originals.read(path, limit + 1)
    except OSError as error:
        raise _unreadable("what is kept of it", error) from None
    if data is not None and len(data) > limit:
        raise too_large(len(data), limit)
    return data


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _read_upload(source: Spooled, spool: Spool, limit: int) -> bytes:
    try:
        faults.hit("document.read", source.uri)
        return spool.read(source, limit)
    except OSError as error:
        raise _unreadable("its uploaded bytes", error) from None


def _read_file(path: Path, limit: int, bounds: _Bounds) -> bytes:
    try:
        faults.hit("document.read", str(path))
        real = os.path.realpath(path)
        bounds.check(real)
        with open(_open_regular(bounds.root, real), "rb") as file:
            bounds.check(_real_path(file.fileno(), path))
            size = os.fstat(file.fileno()).st_size
            data = file.read(limit + 1) if size <= limit else b""
    except OSError as error:
        raise _unreadable("the file", error) from None
    if size > limit or len(data) > limit:
        raise too_large(max(size, len(data)), limit)
    return data


def _unreadable(what: str, error: OSError) -> DocumentError:
    return DocumentError(
        DocumentCode.FETCH_ERROR,
        f"cannot read {what}: {error.strerror or error}",
        transient=error.errno not in _FINAL,
    )


def _real_path(descriptor: int, path: Path) -> str:
    """Where an open file really is. The kernel knows, whatever was changed on the way to it since
    it was opened; elsewhere than on Linux the path is followed once more."""
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink())
    except OSError:
        return os.path.realpath(path)


def _open_regular(root: str, real: str) -> int:
    """A descriptor of a file whose every link was followed already: one that is on the way now
    was put there since, and leads out, perhaps to a device that minds being opened."""
    # O_NONBLOCK: a named pipe that took the file's place must not hold a worker for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    flags |= getattr(os, "O_BINARY", 0)
    faults.hit("document.open", real)
    way = way_below(root, real)
    if not way:
        raise OSError(errno.EISDIR, "it is no regular file any more")
    with Descent(root) as descent:
        descriptor = descent.file(way, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EISDIR, "it is no regular file any more")
    return descriptor
