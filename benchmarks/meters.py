"""CPU seconds of a running service, by role."""

import psutil

from benchmarks.contest import Figures
from benchmarks.programs import Service, role_of


def cpu_seconds(service: Service) -> Figures:
    """CPU seconds used up to now by the supervisor, the web processes and the workers."""
    supervisor = psutil.Process(service.pid)
    seconds = {"supervisor": _own(supervisor), "web": 0.0, "workers": 0.0}
    for child in supervisor.children():
        role = role_of(child)
        if role == "web":
            seconds["web"] += _own(child)
        elif role == "forkserver":
            seconds["workers"] += sum(_own(worker) for worker in child.children())
    return seconds


def cpu_between(before: Figures, after: Figures, jobs: int) -> Figures:
    """CPU milliseconds a job, by role: `supervisor ms`, `web ms`, `workers ms`."""
    return {f"{role} ms": 1000 * (after[role] - before[role]) / jobs for role in before}


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
