"""Temporary files of dead processes."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from gristmill.storage.disk.durable import TEMP_SUFFIX
from gristmill.storage.layout import DataFolder

_PID = re.compile(r"\.(\d+)-[^.]*\.tmp$")


def leftovers(folder: DataFolder) -> Iterator[Path]:
    """Every temporary file whose writer is dead. One of a living process may be in use."""
    yield from _dead_in(*_busy_places(folder))
    yield from _dead_in(*folder.jobs.glob("[0-9]*-[0-9]*-[0-9]*"))


def _dead_in(*places: Path) -> Iterator[Path]:
    for place in places:
        for name in _names(place):
            if name.endswith(TEMP_SUFFIX) and name[0] == ".":
                match = _PID.search(name)
                if match is None or not _alive(int(match[1])):
                    yield place / name


def _names(place: Path) -> list[str]:
    """Names alone: days may hold a million files, and globbing takes several times as long."""
    try:
        return os.listdir(place)  # noqa: PTH208
    except FileNotFoundError:
        # A crash may have come before it was made, or it is empty and was removed just now.
        return []


def remove_leftovers(folder: DataFolder) -> int:
    """Remove them; returns their number. May be done at any time."""
    return _removed(leftovers(folder))


def remove_most_leftovers(folder: DataFolder) -> int:
    """The same but for the days of ended jobs, which hold few and may hold a million other files:
    nobody has to wait for that."""
    return _removed(_dead_in(*_busy_places(folder)))


def _busy_places(folder: DataFolder) -> list[Path]:
    places = [folder.root, folder.run, folder.pending, folder.batches, folder.spool]
    places += [folder.bulk / "active", folder.bulk / "ended"]
    places += [folder.mirrors / each for each in ("specs", "told", "asked")]
    places += [folder.webhooks, folder.webhooks / "due", folder.webhooks / "done"]
    return [*places, *(path for path in folder.keys.glob("??") if path.is_dir())]


def _removed(paths: Iterable[Path]) -> int:
    found = list(paths)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


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
