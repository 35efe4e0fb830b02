"""What only one can do at a time, measured by itself: a lease, and a commit."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.harness.texts import texts
from benchmarks.leasing import LeaseOrders, lease
from benchmarks.limits.bare_workers import results
from benchmarks.reporting.saturation import fixed_and_each
from gristmill.schemas.outcomes.results import DocumentResult
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library

_FEW, _MANY, _MOST_COMMITS = 1, 64, 200


class QueueTrial(NamedTuple):
    """A queue that is served and has work."""

    folder: DataFolder
    process: psutil.Process

    @classmethod
    @contextmanager
    def on(cls, data: Path, tasks: int) -> Iterator["QueueTrial"]:
        command = [sys.executable, "-m", "benchmarks.limits.bare_queue", str(data), str(tasks)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            yield cls(DataFolder.at(str(data)), psutil.Process(process.pid))
            process.communicate()

    def cost(self, leases: int) -> tuple[float, float]:
        """Leases a second of two workers that do nothing else, and the CPU seconds of each."""
        before = self._cpu()
        done = lease(self.folder, LeaseOrders(workers=2, leases=leases))
        cpu = self._cpu() - before
        return len(done.latencies) / done.seconds, cpu / len(done.latencies)

    def rate(self, workers: int, leases: int, task_s: float) -> float:
        """Tasks a second of workers that sleep over each."""
        done = lease(self.folder, LeaseOrders(workers, leases, task_s))
        return len(done.latencies) / done.seconds

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


class LibraryCosts(NamedTuple):
    """Seconds of the one writer: for a transaction by itself, and for each document in it."""

    commit_s: float
    document_s: float


def library_costs(data: Path, documents: int) -> LibraryCosts:
    """From small and large transactions of single-text documents, each made durable."""
    data.mkdir()
    made = results(texts(max(documents, 2 * _MANY), 0))
    half = len(made) // 2
    with Library.open(data / "library.db") as library:
        few = _commit(library, made[: min(half, _MOST_COMMITS)], _FEW)
        many = _commit(library, made[half:], _MANY)
    return LibraryCosts(*fixed_and_each((_FEW, few), (_MANY, many)))


def _commit(library: Library, made: Sequence[DocumentResult], size: int) -> float:
    """Seconds of a transaction of so many documents."""
    groups = [made[at : at + size] for at in range(0, len(made) - size + 1, size)]
    started = time.perf_counter()
    for group in groups:
        library.commit(group)
    return (time.perf_counter() - started) / len(groups)
