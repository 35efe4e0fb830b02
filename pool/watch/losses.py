"""A worker is gone: what becomes of each task it held. The ordinary failure path, too."""

import logging
import random

import msgspec

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.pool.processes.ladder import KillLadder, is_alive
from gristmill.pool.watch.roster import Departure, Roster, Sentence
from gristmill.pool.worker.board import Slot
from gristmill.schemas.errors import LibraryTrouble
from gristmill.schemas.manifest import JobError
from gristmill.schemas.retry import Decision, Failure, Strikes, decide, struck
from gristmill.schemas.settings import MIB
from gristmill.schemas.tasks import PLANNING, Task, TaskKind
from gristmill.storage.library import Patience
from gristmill.storage.stores import Stores

_LIBRARY_RETRY_S = 1.0
_PATIENCE_S = 2.0
"""The supervisor's loop has more to do than to wait for whoever stores a huge document."""
_log = logging.getLogger(__name__)


class Losses:
    """Used by the supervisor's loop alone."""

    def __init__(self, stores: Stores, queue: JobQueue, roster: Roster, ladder: KillLadder) -> None:
        self._queue, self._roster, self._ladder = queue, roster, ladder
        self._library = stores.library(patience=Patience(_PATIENCE_S))
        self._library.keep_little()

    def close(self) -> None:
        self._library.close()

    def handle(self, pid: int, exit_code: int | None) -> None:
        """Re-lease what the dead worker `pid` held; the document that it was at is suspect."""
        departure = self._roster.remove(pid)
        if departure is None:
            return
        if is_alive(departure.member.process):
            # Its forkserver died, and with it the news of its children. A worker that we have
            # lost sight of must not go on.
            self._ladder.condemn(departure.member.process)
        tasks = self._queue.revoke(departure.member.worker)
        if tasks:
            _log.warning("%s with %d tasks", _death(departure, exit_code), len(tasks))
        slot, death = departure.slot, _death(departure, exit_code)
        suspects = [task for task in tasks if slot is not None and _holds(task, slot)]
        for task in tasks:
            if slot is not None and task in suspects:
                self._suspect(task, slot, departure.sentence, death)
            elif suspects:
                self._queue.replace(task, [Replacement(task)])
            else:
                self._lost_between(task, death)

    def _lost_between(self, task: Task, death: str) -> None:
        """The worker was at none of the task's documents. Somebody killed it, most likely; or it
        died of what it was about to store, and so would every other."""
        strikes, decision = _judged(Failure.BETWEEN, task.strikes)
        message = f"{death} before it was stored (attempt {sum(strikes.values())})"
        if decision.code is None:
            renewed = msgspec.structs.replace(task, strikes=strikes)
            self._queue.replace(task, [Replacement(renewed, decision.delay_s)])
        elif task.kind is TaskKind.PLAN:
            self._queue.replace(task, [], JobError(decision.code, f"the plan: {message}"))
        else:
            self._one_by_one(task, decision.code, message)

    def _one_by_one(self, task: Task, code: str, message: str) -> None:
        """Make a task of each document; one that was alone already has failed."""
        try:
            pending = self._library.pending(task.job_id, task.first, task.last)
            if len(pending) == 1:
                (only,) = pending
                self._library.fail(
                    task.job_id, only.ordinal, only.uri, code, message, only.attempts + 1
                )
                pending = []
        except (OSError, LibraryTrouble) as error:
            _log.warning("job %s: %s", task.job_id, error)
            self._queue.replace(task, [Replacement(task, _LIBRARY_RETRY_S)])
            return
        fresh = msgspec.structs.replace(task, strikes={})
        self._queue.replace(
            task,
            [
                Replacement(
                    msgspec.structs.replace(fresh, first=each.ordinal, last=each.ordinal + 1)
                )
                for each in pending
            ],
        )

    def _suspect(self, task: Task, slot: Slot, sentence: Sentence | None, death: str) -> None:
        about_this = sentence is not None and (sentence.job_id, sentence.ordinal) == (
            slot.job_id,
            slot.ordinal,
        )
        if sentence is not None and sentence.failure is None and about_this:
            # Cancelled: the queue drops what is put back of such a job.
            self._queue.replace(task, [Replacement(task)])
            return
        failure = sentence.failure if sentence and about_this and sentence.failure else None
        failure = failure or Failure.CRASH
        try:
            if slot.ordinal == PLANNING:
                self._strike_plan(task, slot, failure, death)
            elif task.kind is TaskKind.PLAN:
                self._strike_small(task, slot, failure, death)
            else:
                self._strike(task, slot, failure, death)
        except (OSError, LibraryTrouble) as error:
            _log.warning("job %s: %s", task.job_id, error)
            self._queue.replace(task, [Replacement(task, _LIBRARY_RETRY_S)])

    def _strike_plan(self, task: Task, slot: Slot, failure: Failure, death: str) -> None:
        strikes, decision = _judged(Failure.PLANNING, task.strikes)
        if decision.code is not None:
            message = _message(failure, slot, death, sum(strikes.values()))
            self._queue.replace(task, [], JobError(decision.code, f"while planning: {message}"))
        else:
            renewed = msgspec.structs.replace(task, strikes=strikes)
            self._queue.replace(task, [Replacement(renewed, decision.delay_s)])

    def _strike_small(self, task: Task, slot: Slot, failure: Failure, death: str) -> None:
        """The job was done on the spot. Its next lease writes it to the ledger instead."""
        strikes, decision = _judged(failure, task.strikes)
        message = _message(failure, slot, death, sum(strikes.values()))
        verdict = JobError(decision.code, message) if decision.code else None
        renewed = msgspec.structs.replace(
            task, strikes=strikes, suspect=slot.ordinal, verdict=verdict
        )
        self._queue.replace(task, [Replacement(renewed, decision.delay_s)])

    def _strike(self, task: Task, slot: Slot, failure: Failure, death: str) -> None:
        ordinal = slot.ordinal
        suspect = self._library.strike(task.job_id, ordinal, failure.kind)
        rest = [
            Replacement(msgspec.structs.replace(task, first=first, last=last))
            for first, last in ((task.first, ordinal), (ordinal + 1, task.last))
            if first < last
        ]
        if suspect is not None:
            decision = decide(failure, suspect.strikes[failure.kind], random.random())
            if decision.code is not None:
                message = _message(failure, slot, death, suspect.attempts)
                self._library.fail(
                    task.job_id, ordinal, suspect.uri, decision.code, message, suspect.attempts
                )
            else:
                alone = msgspec.structs.replace(task, first=ordinal, last=ordinal + 1)
                rest.append(Replacement(alone, decision.delay_s))
        self._queue.replace(task, rest)


def _judged(failure: Failure, before: Strikes) -> tuple[dict[str, int], Decision]:
    """The strikes with this failure, and what follows from them."""
    strikes = struck(before, failure.kind)
    return strikes, decide(failure, strikes[failure.kind], random.random())


def _holds(task: Task, slot: Slot) -> bool:
    if slot.job_id != task.job_id:
        return False
    return task.kind is TaskKind.PLAN or task.first <= slot.ordinal < task.last


def _death(departure: Departure, exit_code: int | None) -> str:
    """How a worker ended, for people: signal or exit code, and its peak memory if it was seen."""
    pid = departure.member.worker.pid
    if exit_code is None:
        how = "vanished"
    elif exit_code < 0:
        how = f"was ended by signal {-exit_code}"
    else:
        how = f"ended with exit code {exit_code}"
    peak = f", peak memory {departure.peak // MIB} MiB" if departure.peak else ""
    return f"worker {pid} {how}{peak}"


def _message(failure: Failure, slot: Slot, death: str, attempt: int) -> str:
    place = f"stage {slot.stage}" + (f", page {slot.page}" if slot.page else "")
    if failure is Failure.TIMEOUT:
        return f"took longer than {slot.timeout_s:g} s ({place}, attempt {attempt})"
    if failure is Failure.MEMORY:
        return f"was over the worker's memory limit: {death} ({place}, attempt {attempt})"
    return f"{death} while it was at this document ({place}, attempt {attempt})"
