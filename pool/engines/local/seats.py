"""Who works here: the workers of this machine that have joined, each with its process and its
slot on the board."""

import threading
from collections.abc import Callable, Collection
from typing import NamedTuple

import psutil

from gristmill.pool.engines.board_glimpses import glimpse_on
from gristmill.pool.worker.board import Board
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse
from gristmill.schemas.problems.errors import ServiceFailed


class Seat(NamedTuple):
    """A worker's place. `process` is a handle that survives reuse of its pid, and so is `parent`,
    its forkserver's."""

    worker: WorkerId
    slot: int
    process: psutil.Process
    parent: psutil.Process | None


class Seats:
    """Thread-safe: workers join through the Manager, the supervisor's loop reads. `enrol` is called
    with each that joins, before anybody can hear of its end."""

    def __init__(self, board: Board, enrol: Callable[[WorkerId], None]) -> None:
        self._board, self._enrol = board, enrol
        self._lock = threading.Lock()
        self._taken: dict[int, Seat] = {}
        self.joined = 0

    def join(self, worker: WorkerId) -> int:
        """Give a new worker its slot. Raises ServiceFailed when all are taken."""
        process = psutil.Process(worker.pid)
        parent = process.parent()
        with self._lock:
            taken = {seat.slot for seat in self._taken.values()}
            free = next((index for index in range(self._board.size) if index not in taken), None)
            if free is None:
                raise ServiceFailed(f"no free slot on the board for {worker}")
            self._board.clear(free)
            self._taken[worker.pid] = Seat(worker, free, process, parent)
            self.joined += 1
            self._enrol(worker)
            return free

    def all(self) -> list[Seat]:
        with self._lock:
            return list(self._taken.values())

    def pids(self) -> set[int]:
        with self._lock:
            return set(self._taken)

    def of(self, worker: WorkerId) -> Seat | None:
        with self._lock:
            seat = self._taken.get(worker.pid)
        return seat if seat is not None and seat.worker == worker else None

    def glimpses(self) -> list[Glimpse]:
        """What the workers are at. Memory is looked at only where a document takes it, and whether
        one stands still where that matters."""
        found = []
        for seat in self.all():
            glimpse = glimpse_on(self._board, seat.slot, seat.worker)
            if glimpse is not None and glimpse.job_id is not None:
                glimpse = glimpse._replace(
                    memory=_memory(seat.process),
                    stopped=glimpse.elapsed_s > glimpse.timeout_s and _is_stopped(seat.process),
                )
            if glimpse is not None:
                found.append(glimpse)
        return found

    def cancel(self, job_id: str, workers: Collection[WorkerId]) -> None:
        for seat in self.all():
            if seat.worker in workers:
                self._board.ask_to_cancel(seat.slot, job_id)

    def forget_cancel(self, job_id: str) -> None:
        for seat in self.all():
            self._board.forget_cancel(seat.slot, job_id)

    def leave(self, pid: int) -> tuple[Seat, Glimpse | None] | None:
        """A worker is gone: its slot is free. Returns its place and what it showed last; None for
        a process that never joined."""
        with self._lock:
            seat = self._taken.get(pid)
        if seat is None:
            return None
        last = glimpse_on(self._board, seat.slot, seat.worker)
        with self._lock:
            self._board.clear(seat.slot)
            del self._taken[pid]
        return seat, last


def _memory(process: psutil.Process) -> int:
    """The resident bytes of a process now, 0 if it is gone."""
    try:
        return int(process.memory_info().rss)
    except (OSError, psutil.Error):
        return 0


def _is_stopped(process: psutil.Process) -> bool:
    """Whether a signal or a debugger stopped a process."""
    try:
        return process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    except (OSError, psutil.Error):
        return False
