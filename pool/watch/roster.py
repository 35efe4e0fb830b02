"""Who works here: the living workers, their slots on the board, and why some have to go."""

import threading
from typing import NamedTuple

import psutil

from gristmill.pool.worker.board import Board, Slot
from gristmill.schemas.errors import ServiceFailed
from gristmill.schemas.retry import Failure
from gristmill.schemas.tasks import WorkerId


class Enrolled(NamedTuple):
    """A worker that has joined. `process` is a handle that survives reuse of its pid."""

    worker: WorkerId
    slot: int
    process: psutil.Process


class Sentence(NamedTuple):
    """Why we end a worker, and the document that it is about. No `failure`: it was cancelled."""

    failure: Failure | None
    job_id: str
    ordinal: int


class Departure(NamedTuple):
    """A worker that is gone: what its slot showed last, why we ended it (None: we did not), and
    the most memory that it was seen to take, in bytes."""

    member: Enrolled
    slot: Slot | None
    sentence: Sentence | None
    peak: int


class Roster:
    """Thread-safe: workers join through the Manager, the supervisor's loop reads."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._lock = threading.Lock()
        self._members: dict[int, Enrolled] = {}
        self._sentences: dict[int, Sentence] = {}
        self._peaks: dict[int, int] = {}
        self.joined = 0

    def join(self, worker: WorkerId) -> int:
        """Give a new worker its slot. Raises ServiceFailed when all are taken."""
        process = psutil.Process(worker.pid)
        with self._lock:
            taken = {member.slot for member in self._members.values()}
            free = next((index for index in range(self._board.size) if index not in taken), None)
            if free is None:
                raise ServiceFailed(f"no free slot on the board for worker {worker.pid}")
            self._board.clear(free)
            self._members[worker.pid] = Enrolled(worker, free, process)
            self.joined += 1
            return free

    def members(self) -> list[Enrolled]:
        with self._lock:
            return list(self._members.values())

    def pids(self) -> set[int]:
        """The pids of all workers that have joined and are not known to be gone."""
        with self._lock:
            return set(self._members)

    def slot(self, member: Enrolled) -> Slot | None:
        """What the worker is at; None also where the slot shows somebody else."""
        slot = self._board.read(member.slot)
        return slot if slot is not None and slot.worker == member.worker else None

    def ask_to_cancel(self, workers: list[WorkerId], job_id: str) -> None:
        """Ask workers to leave out what is left of a job."""
        for member in self.members():
            if member.worker in workers:
                self._board.ask_to_cancel(member.slot, job_id)

    def forget_cancel(self, job_id: str) -> None:
        """A job that was cancelled runs again: the workers that were asked to leave it out may be
        given it once more."""
        for member in self.members():
            self._board.forget_cancel(member.slot, job_id)

    def sentence(self, member: Enrolled, sentence: Sentence) -> bool:
        """Note why a worker is going to be ended; False if that was noted before."""
        with self._lock:
            return self._sentences.setdefault(member.worker.pid, sentence) is sentence

    def memory(self, member: Enrolled) -> int:
        """The resident bytes of a worker now, 0 if it is gone; its peak is remembered."""
        try:
            size = int(member.process.memory_info().rss)
        except (OSError, psutil.Error):
            return 0
        with self._lock:
            pid = member.worker.pid
            self._peaks[pid] = max(size, self._peaks.get(pid, 0))
        return size

    def remove(self, pid: int) -> Departure | None:
        """A worker is gone: free its slot. None for a process that never joined."""
        with self._lock:
            member = self._members.get(pid)
        if member is None:
            return None
        slot = self.slot(member)
        with self._lock:
            self._board.clear(member.slot)
            del self._members[pid]
            return Departure(member, slot, self._sentences.pop(pid, None), self._peaks.pop(pid, 0))
