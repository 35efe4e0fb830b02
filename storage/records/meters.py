"""Numbers that one process counts and all read: a mapped file for each writer.

To count costs a look and an addition in memory. A file outlives its writer, and whoever comes in
its place counts on from there: so no number goes back when a process dies, and whichever web
process is asked says the same. Nothing is synced: a power cut may take the last of it.
"""

import logging
import mmap
import os
import struct
import threading
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from gristmill.schemas.telemetry.measures import Layout, Measure
from gristmill.storage.disk.durable import make_folder, private
from gristmill.storage.disk.locks import HeldLock, try_lock
from gristmill.storage.layout import DataFolder

_HEAD = struct.Struct("<QQd")
"""The layout's digest, and whose numbers these are: pid and start time."""
_MOST_WRITERS = 1024
_LOCK = ".lock"
_log = logging.getLogger(__name__)


class Writer(NamedTuple):
    """A process that counts, or has counted: `name` is that of its file."""

    name: str
    pid: int
    birth: float


class Meter:
    """The numbers of one writer. Thread-safe. Without a file only this process knows them."""

    def __init__(self, layout: Layout, file: mmap.mmap | None = None) -> None:
        self.layout, self._file = layout, file
        self._lock = threading.Lock()
        self._held: HeldLock | None = None
        room = bytearray(layout.size * 8) if file is None else file
        self._numbers: Any = memoryview(room)[-layout.size * 8 :].cast("d")

    @classmethod
    def only_of(cls, folder: DataFolder, name: str, layout: Layout) -> "Meter":
        """The meter of whoever is the only one of its name in a data folder."""
        try:
            make_folder(folder.meters)
            return cls(layout, _mapped(folder.meters / name, layout))
        except OSError as error:
            return _without_a_file(layout, error)

    @classmethod
    def one_of(cls, folder: DataFolder, name: str, layout: Layout) -> "Meter":
        """The meter of one of several of a name: the first that no living process has."""
        try:
            make_folder(folder.meters)
            for number in range(1, _MOST_WRITERS + 1):
                path = folder.meters / f"{name}-{number}"
                if (lock := try_lock(path.with_suffix(_LOCK))) is not None:
                    meter = cls(layout, _mapped(path, layout))
                    meter._held = lock
                    return meter
        except OSError as error:
            return _without_a_file(layout, error)
        return cls(layout)

    @property
    def is_shared(self) -> bool:
        """Whether other processes see what is counted."""
        return self._file is not None

    def count(self, measure: Measure, *labels: str, by: float = 1.0) -> None:
        place = self.layout.place(measure, labels)
        with self._lock:
            self._numbers[place] += by

    def observe(self, measure: Measure, value: float, *labels: str) -> None:
        """Put a value into its bucket, and add it to the sum."""
        place = self.layout.place(measure, labels)
        bucket = place + bisect_left(measure.buckets, value)
        with self._lock:
            self._numbers[bucket] += 1.0
            self._numbers[place + measure.size - 1] += value

    def set(self, measure: Measure, value: float, *labels: str) -> None:
        """Say how much of something there is."""
        self._numbers[self.layout.place(measure, labels)] = value

    def numbers(self) -> list[float]:
        """All of them, in the order of the layout."""
        found: list[float] = self._numbers.tolist()
        return found

    def close(self) -> None:
        """What was counted stays for whoever comes next."""
        self._numbers.release()
        if self._file is not None:
            self._file.close()
        if self._held is not None:
            self._held.release()


def read_meters(
    folder: DataFolder, name: str, layout: Layout
) -> Iterator[tuple[Writer, list[float]]]:
    """The numbers of each writer of a name (`web`: also those of `web-1` and so on), whether it
    lives or not. Those of another layout are left out."""
    try:
        names = sorted(os.listdir(folder.meters))  # noqa: PTH208 - it is asked often
    except OSError:
        return
    for each in names:
        known = each == name or (each.startswith(f"{name}-") and not each.endswith(_LOCK))
        if known and (found := _read(folder.meters / each, layout)) is not None:
            yield found


def _mapped(path: Path, layout: Layout) -> mmap.mmap:
    """The file of a writer, mapped; a new one where it is none of this layout. Raises OSError."""
    size = _HEAD.size + layout.size * 8
    if _digest(path, size) != layout.digest:
        path.unlink(missing_ok=True)
        with open(path, "xb", opener=private) as new:
            # In full: where a mapped file has holes, a full disk ends whoever writes into one.
            new.write(bytes(size))
    with open(path, "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
    birth = psutil.Process().create_time()
    _HEAD.pack_into(mapped, 0, layout.digest, os.getpid(), birth)
    return mapped


def _digest(path: Path, size: int) -> int | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    return int(_HEAD.unpack_from(data)[0]) if len(data) == size else None


def _read(path: Path, layout: Layout) -> tuple[Writer, list[float]] | None:
    try:
        # Mapped, so that each number is read at once: no half of an addition is seen.
        with (
            open(path, "rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        ):
            if len(mapped) != _HEAD.size + layout.size * 8:
                return None
            digest, pid, birth = _HEAD.unpack_from(mapped)
            if digest != layout.digest:
                return None
            with memoryview(mapped)[_HEAD.size :] as view, view.cast("d") as cast:
                numbers: Any = cast
                return Writer(path.name, pid, birth), numbers.tolist()
    except (OSError, ValueError):
        # Being made at this moment.
        return None


def _without_a_file(layout: Layout, error: OSError) -> Meter:
    _log.warning("what this process counts is seen by no other: %s", error.strerror or error)
    return Meter(layout)
