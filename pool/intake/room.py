"""Can more be accepted: on the disk of the data folder, in memory, into a sound library?"""

import os
import shutil
import threading
import time
from pathlib import Path

import psutil

from gristmill.pool.processes.machine import available_memory
from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.overview import MachineView
from gristmill.schemas.problems.errors import MemoryShort, StorageFailed, StorageFull, Unavailable
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.disk.free import LEAST_FILES, free_on
from gristmill.storage.layout import DataFolder

_LOOK_EVERY_S = 0.25


class Room:
    """Looks at the disk and at the memory at most every quarter of a second, so that asking costs
    nothing. What is told by whether a file is there is looked at each time: once anybody has noted
    damage, nobody accepts more. Thread-safe."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._folder, self._root, self._settings = DataFolder.at(root), root, settings
        self._run = str(self._folder.run)
        self._lock = threading.Lock()
        self._next_look = 0.0
        self._shortage: Unavailable | None = None

    def shortage(self) -> Unavailable | None:
        """Why no more can be accepted; None when all is well."""
        return self._gone() or self._damage() or self._measured()

    def machine(self) -> MachineView:
        """What is free, and what has to be. Raises OSError."""
        memory = psutil.virtual_memory()
        return MachineView(
            disk_total=shutil.disk_usage(self._root).total,
            # The last bytes of either are never the same, and tell nobody anything.
            disk_free=free_on(self._root).bytes >> 26 << 26,
            disk_needed=self._settings.min_free_disk_mb * MIB,
            memory_total=int(memory.total),
            memory_free=available_memory() >> 26 << 26,
            memory_needed=self._settings.min_free_memory_mb * MIB,
        )

    def _measured(self) -> Unavailable | None:
        with self._lock:
            now = time.monotonic()
            if now >= self._next_look:
                self._next_look = now + _LOOK_EVERY_S
                self._shortage = self._disk() or self._memory()
            return self._shortage

    def _gone(self) -> Unavailable | None:
        # Otherwise what is accepted would make a folder that nobody works on.
        if os.path.isdir(self._run):  # noqa: PTH112 - a third of its time
            return None
        return StorageFailed(f"the data folder {self._root} is gone; put it back and start again")

    def _damage(self) -> Unavailable | None:
        reason = self._folder.library_damage
        return None if reason is None else LibraryDamaged(reason)

    def _disk(self) -> Unavailable | None:
        try:
            free, files = free_on(self._root)
        except OSError as error:
            reason = error.strerror or "input/output error"
            return StorageFailed(f"the data folder could not be used: {reason}")
        if files is not None and files < LEAST_FILES:
            return StorageFull(
                f"the disk of the data folder can take {files} more files, intake pauses below "
                f"{LEAST_FILES}; remove some"
            )
        if free >= self._settings.min_free_disk_mb * MIB:
            return None
        return StorageFull(
            f"the disk of the data folder has {free // MIB} MiB free, intake pauses below "
            f"{self._settings.min_free_disk_mb}"
        )

    def _memory(self) -> Unavailable | None:
        free, least = available_memory(), self._settings.min_free_memory_mb * MIB
        if free >= least:
            return None
        return MemoryShort(
            f"the machine has {free // MIB} MiB of memory free, intake pauses below "
            f"{self._settings.min_free_memory_mb}"
        )
