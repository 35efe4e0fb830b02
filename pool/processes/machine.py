"""What this machine has for us: CPUs and memory, containers considered."""

import math
import os
from pathlib import Path

import psutil

_CGROUP = Path("/sys/fs/cgroup")
_PROC = Path("/proc")
_CPU_MAX = _CGROUP / "cpu.max"


def worker_count(configured: int) -> int:
    """The number of workers: as configured, or (0) one per CPU that we may use.

    The scheduler's affinity alone does not know a container's quota, so the control group's
    `cpu.max` ("QUOTA PERIOD" in microseconds, or "max PERIOD") counts too.
    """
    return configured or max(1, min(_affinity(), _quota(_CPU_MAX)))


def _affinity() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota(path: Path) -> int:
    try:
        quota, period = path.read_text().split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):
        return _affinity()


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


def oom_kills(cgroup: Path = _CGROUP, proc: Path = _PROC) -> int:
    """How many processes the kernel has killed for want of memory, as far as one can see it here:
    in our control group (v2, then v1), or else on the machine. 0 where nobody counts. Only that it
    grows means anything."""
    for path in _oom_counters(cgroup, proc):
        try:
            lines = path.read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, count = line.partition(" ")
            if name == "oom_kill" and count.isdigit():
                return int(count)
    return 0


def _oom_counters(cgroup: Path, proc: Path) -> list[Path]:
    """Where the counter may be, the one that is closest to us first. A container sees its own
    group as the root of all, whatever its name is outside."""
    try:
        groups = [line.split(":", 2) for line in (proc / "self/cgroup").read_text().splitlines()]
    except OSError:
        groups = []
    v2 = [path for number, _, path in groups if number == "0"]
    v1 = [path for _, controllers, path in groups if "memory" in controllers.split(",")]
    return [
        *(cgroup / path.strip("/") / "memory.events" for path in (*v2, "")),
        *(cgroup / "memory" / path.strip("/") / "memory.oom_control" for path in (*v1, "")),
        proc / "vmstat",
    ]
