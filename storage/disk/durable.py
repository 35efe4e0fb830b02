"""Durable writes: once they return, neither a crash nor a power cut takes them back."""

import itertools
import os
import threading
from contextlib import suppress
from pathlib import Path

from gristmill.storage import faults

TEMP_SUFFIX = ".tmp"
_counter = itertools.count()
_durable_folders: set[Path] = set()
"""Folders whose names this process has made durable."""
_sync_data = getattr(os, "fdatasync", os.fsync)


def temp_beside(path: Path) -> Path:
    """A temporary name in the folder of `path` that no other process or thread uses."""
    return Path(_temp_name(path))


def _temp_name(path: Path) -> str:
    """No Path: pathlib interns every name that it is given, which Python 3.12 never undoes."""
    folder, name = os.path.split(path)
    own = f"{os.getpid()}-{threading.get_ident()}-{next(_counter)}"
    return f"{folder}{os.sep}.{name}.{own}{TEMP_SUFFIX}"


def write_atomic(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Put `data` at `path`, whole or not at all: temp file, fsync, rename, fsync of the folder.

    Without `durable` the folder is not synced: a power cut may bring the old content back. It
    never leaves half of the new: the content is synced all the same, for the next sync of the
    folder, by whomever, would make the new name durable. Nobody else may read it, from
    its first moment on. Raises OSError; the temp file is then gone.
    """
    temp = _temp_name(path)
    try:
        faults.disk("durable.create")
        with open(temp, "wb", opener=private) as file:
            faults.disk("durable.write")
            file.write(data)
            file.flush()
            faults.disk("durable.fsync")
            sync_data(file.fileno())
        faults.disk("durable.rename")
        os.replace(temp, path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(temp)  # noqa: PTH108
        raise
    if durable:
        sync_folder(path.parent)


def private(path: str, flags: int) -> int:
    """An opener for files of our own: whatever the umask, nobody else may read what is made."""
    return os.open(path, flags | getattr(os, "O_CLOEXEC", 0), 0o600)


def sync_data(descriptor: int) -> None:
    """Make the content of an open file durable, with its length."""
    _sync_data(descriptor)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable. A no-op where folders cannot be opened (Windows)."""
    if os.name == "nt":
        return
    faults.disk("durable.fsync_folder")
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path, mode: int = 0o700) -> None:
    """Make a folder and its parents, durably, for nobody else unless `mode` says so."""
    if path in _durable_folders and path.is_dir():
        return
    if not path.is_dir():
        make_folder(path.parent, mode)
        faults.disk("durable.mkdir")
        path.mkdir(mode, exist_ok=True)
    # Also one that is there: another process may have made it a moment ago, or failed to sync.
    sync_folder(path.parent)
    _durable_folders.add(path)
