"""What the processes of a running service take, by role."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.harness.contest import Figures
from benchmarks.harness.programs import Service, role_of

ROLES = ("supervisor", "web", "forkserver", "workers")
_LOOK_S = 0.5


def processes(service: Service) -> Iterator[tuple[str, psutil.Process]]:
    """Every process of the service with its role, one of `ROLES`."""
    supervisor = psutil.Process(service.pid)
    yield "supervisor", supervisor
    for child in supervisor.children():
        role = role_of(child)
        if role == "forkserver":
            yield from (("workers", worker) for worker in child.children())
        if role in ROLES:
            yield role, child


def cpu_seconds(service: Service) -> Figures:
    """CPU seconds used up to now. A worker that has been replaced is not counted any more."""
    seconds = dict.fromkeys(ROLES, 0.0)
    for role, process in processes(service):
        times = process.cpu_times()
        seconds[role] += times.user + times.system
    return seconds


def cpu_of(pid: int) -> float:
    """CPU seconds that one process has used up to now."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def cpu_of_family(pid: int) -> float:
    """The same of a process with all that descend from it and still run."""
    family = psutil.Process(pid).children(recursive=True)
    return cpu_of(pid) + sum(cpu_of(child.pid) for child in family)


def cpu_between(before: Figures, after: Figures, jobs: int) -> Figures:
    """CPU milliseconds a job, by role: `supervisor ms`, `web ms`, `workers ms`."""
    roles = ("supervisor", "web", "workers")
    return {f"{role} ms": 1000 * (after[role] - before[role]) / jobs for role in roles}


def pss(service: Service) -> Figures:
    """Proportional memory in MB: what processes share counts once over all of them."""
    sizes = dict.fromkeys(ROLES, 0.0)
    for role, process in processes(service):
        with suppress(psutil.NoSuchProcess):
            sizes[role] += process.memory_full_info().pss / 1e6
    return sizes


def pss_figures(sizes: Figures, when: str) -> Figures:
    """`PSS MB, WHEN` of all together, and of each role."""
    parts = {f"{role} MB, {when}": size for role, size in sizes.items()}
    return {f"PSS MB, {when}": sum(sizes.values()), **parts}


def disk_bytes(folder: Path) -> int:
    """What a folder takes on the disk."""
    return sum(
        Path(parent, name).lstat().st_blocks * 512
        for parent, _, names in os.walk(folder)
        for name in names
    )


@contextmanager
def peaks(service: Service) -> Iterator[Figures]:
    """Watches the memory meanwhile: yields the largest sizes seen, by role."""
    highest = pss(service)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_S):
            for role, size in pss(service).items():
                highest[role] = max(highest[role], size)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield highest
    finally:
        over.set()
        thread.join()
