"""How many CPUs we may really use."""

import math
import os
from pathlib import Path

_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")


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
