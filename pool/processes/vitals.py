"""What a process of this machine takes."""

from typing import NamedTuple

import psutil


class Vitals(NamedTuple):
    """Resident bytes, and seconds of CPU since it was born."""

    memory: int
    cpu_s: float


def vitals_of(pid: int, birth: float) -> Vitals:
    """Those of a process, by its start time as psutil gives it; nothing where it is gone."""
    try:
        process = psutil.Process(pid)
        if process.create_time() != birth:
            return Vitals(0, 0.0)
        with process.oneshot():
            times = process.cpu_times()
            return Vitals(int(process.memory_info().rss), times.user + times.system)
    except (OSError, psutil.Error):
        return Vitals(0, 0.0)
