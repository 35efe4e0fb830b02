"""Temporary files of dead processes."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psutil

from gristmill.storage.layout import DataFolder

_PID = re.compile(r"\.(\d+)-[^.]*\.tmp$")


def leftovers(folder: DataFolder) -> Iterator[Path]:
    """Every temporary file whose writer is dead. One of a living process may be in use."""
    places = [folder.root, folder.run, folder.pending, folder.batches, folder.spool]
    places += folder.jobs.glob("[0-9]*-[0-9]*-[0-9]*")
    places += (path for path in folder.keys.glob("??") if path.is_dir())
    for place in places:
        for path in place.glob(".*.tmp"):
            match = _PID.search(path.name)
            if match is None or not _alive(int(match[1])):
                yield path


def remove_leftovers(folder: DataFolder) -> int:
    """Remove them; returns their number."""
    paths = list(leftovers(folder))
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    try:
        # A zombie writes no more, however late its parent collects it.
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.AccessDenied:
        return True
    except psutil.Error:
        return False
