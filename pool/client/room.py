"""Is there room to accept more: on the disk of the data folder and in memory?"""

import shutil
import threading
import time
from pathlib import Path

import psutil

from gristmill.schemas.errors import MemoryShort, StorageFull, Unavailable
from gristmill.schemas.settings import MIB, Settings

_LOOK_EVERY_S = 0.25
_CGROUP = Path("/sys/fs/cgroup")


class Room:
    """Looks at most every quarter of a second, so that asking costs nothing. Thread-safe."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._root, self._settings = root, settings
        self._lock = threading.Lock()
        self._next_look = 0.0
        self._shortage: Unavailable | None = None

    def shortage(self) -> Unavailable | None:
        """What there is too little of to accept more; None when all is well."""
        with self._lock:
            now = time.monotonic()
            if now >= self._next_look:
                self._next_look = now + _LOOK_EVERY_S
                self._shortage = self._disk() or self._memory()
            return self._shortage

    def _disk(self) -> Unavailable | None:
        free, least = shutil.disk_usage(self._root).free, self._settings.min_free_disk_mb * MIB
        if free >= least:
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


def available_memory(cgroup: Path = _CGROUP) -> int:
    """Bytes of memory that may still be taken: the machine's, or less by the container's limit
    (cgroup v2 `memory.max` and `memory.current`, file pages that can be dropped not counted)."""
    available = int(psutil.virtual_memory().available)
    try:
        limit = int((cgroup / "memory.max").read_text())
        used = int((cgroup / "memory.current").read_text())
        statistics = (cgroup / "memory.stat").read_text().splitlines()
        droppable = sum(int(s.split()[1]) for s in statistics if s.startswith("inactive_file "))
    except (OSError, ValueError):
        # No container, or "max": no limit.
        return available
    return min(available, limit - used + droppable)
