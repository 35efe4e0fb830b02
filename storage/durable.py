"""Durable writes: once they return, neither a crash nor a power cut takes them back."""

import itertools
import os
import threading
from contextlib import suppress
from pathlib import Path

from gristmill.storage import faults

TEMP_SUFFIX = ".tmp"
_counter = itertools.count()
_sync_data = getattr(os, "fdatasync", os.fsync)


def temp_beside(path: Path) -> Path:
    """A temporary name in the folder of `path` that no other process or thread uses."""
    number = next(_counter)
    return path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}-{number}.tmp")


def write_atomic(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Put `data` at `path`, whole or not at all: temp file, fsync, rename, fsync of the folder.

    Without `durable` the two fsyncs are left out: readers still never see half a file, but a
    power cut may lose it. Raises OSError; the temp file is then gone.
    """
    temp = temp_beside(path)
    try:
        with open(temp, "wb") as file:
            faults.hit("durable.write")
            file.write(data)
            if durable:
                file.flush()
                faults.hit("durable.fsync")
                _sync_data(file.fileno())
        faults.hit("durable.rename")
        temp.replace(path)
    except BaseException:
        with suppress(OSError):
            temp.unlink()
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable. A no-op where folders cannot be opened (Windows)."""
    if os.name == "nt":
        return
    faults.hit("durable.fsync_folder")
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder and its parents, durably. Existing ones are left alone."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove a file for good. A missing file is no error."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
