"""The leases of one worker: run, commit, report.

To commit is a wait for the disk, and tasks may last some milliseconds. So what came of a plain task
may wait for the next one of the same job, and be committed with it. It waits for nothing else: a
worker that gets no such task commits and reports first. That keeps no job from its end.
"""

import logging
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from gristmill.pool.worker.board import Post
from gristmill.pool.worker.lives.document_spans import DocumentSpans, Tell
from gristmill.pool.worker.lives.task_runner import Done, TaskRunner
from gristmill.pool.worker.lives.transaction import Transaction
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.tasks import Report, Task, TaskKind
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.library import Library, of_the_machine
from gristmill.storage.stores import Stores

_DISK_RETRY_S = 1.0
_TELL_EVERY_S = 60.0
_log = logging.getLogger(__name__)


class _Unreported(NamedTuple):
    done: Done
    transaction: int


class LeaseRunner:
    """Runs leases of one worker, one after the other. Raises what is nobody's usual fault.

    When the library cannot be written (a full disk) nothing is lost: the tasks are given back and
    leased again a moment later.
    """

    def __init__(
        self,
        stores: Stores,
        settings: Settings,
        library: Library,
        post: Post,
        stop: threading.Event,
        traced: Tell | None = None,
    ) -> None:
        self._library = library
        self._transaction = Transaction(library, DocumentSpans(traced))
        self._runner = TaskRunner(stores, settings, library, post, stop, self._transaction)
        self._unreported: list[_Unreported] = []
        self._post = post
        self._told_at = -_TELL_EVERY_S

    @property
    def waits(self) -> bool:
        """Whether something that was done is not reported yet."""
        return bool(self._unreported)

    def goes_on_with(self, tasks: Sequence[Task]) -> bool:
        """Whether what waits may be reported after these tasks. Not where one of them has cost
        workers: what waits would be lost with the next one, and be suspect as well."""
        jobs = {each.done.task.job_id for each in self._unreported}
        return bool(tasks) and all(task.job_id in jobs and not task.strikes for task in tasks)

    def run(self, tasks: Sequence[Task]) -> list[Report]:
        """Run tasks; the reports of those, and of earlier ones, whose effects are committed."""
        self._post.leased = {task.job_id for task in (*tasks, *self._held)}
        if not tasks:
            self._runner.rest()
        try:
            for task in tasks:
                done = self._runner.run(task)
                self._unreported.append(_Unreported(done, self._transaction.number))
            if self._transaction.is_due() or not all(e.done.may_wait for e in self._unreported):
                self._transaction.commit()
            return self._ready()
        except Exception as error:
            return self._given_back(tasks, error)

    def finish(self) -> list[Report]:
        """Commit all that was done; the reports that are left."""
        try:
            self._transaction.commit()
            return self._ready()
        except Exception as error:
            return self._given_back((), error)

    def _ready(self) -> list[Report]:
        """The reports whose effects are committed."""
        ready = [e for e in self._unreported if self._transaction.has_ended(e.transaction)]
        reports = [self._completed(each.done) for each in ready]
        del self._unreported[: len(ready)]
        return reports

    def _completed(self, done: Done) -> Report:
        """The report of a task, all of whose effects are committed."""
        task, report, _ = done
        if task.kind is TaskKind.PLAN or task.part is not None or report.released or report.error:
            return self._transaction.with_counts(task.job_id, report)
        # Found by whoever did this task, or did it first and died before its report: these have
        # been reported to nobody, for a range of ordinals is reported once.
        inside = self._library.pending_members(task.job_id, task.first, task.last)
        if not inside:
            return report
        groups = (*report.groups, *self._runner.groups(inside))
        return msgspec.structs.replace(report, groups=groups)

    def _given_back(self, tasks: Sequence[Task], error: Exception) -> list[Report]:
        if not of_the_machine(error):
            # It would come again for ever. Whoever dies of it has his tasks looked at
            # (`pool.watch.verdicts`), which ends.
            raise error
        delay_s = 0.0
        if not any(map(self._post.cancelled, self._post.leased)):
            # Otherwise it was us who broke off.
            delay_s = _DISK_RETRY_S
            self._tell(error)
        self._transaction.drop()
        ids = {task.task_id for task in (*tasks, *self._held)}
        self._unreported.clear()
        return [Report(i, released=True, delay_s=delay_s) for i in sorted(ids)]

    @property
    def _held(self) -> list[Task]:
        return [each.done.task for each in self._unreported]

    def _tell(self, error: Exception) -> None:
        if isinstance(error, LibraryDamaged):
            # The supervisor tells that, once for all workers.
            return
        if time.monotonic() - self._told_at >= _TELL_EVERY_S:
            self._told_at = time.monotonic()
            _log.warning(
                "the library cannot be written, nothing is lost, trying again until it can: %s",
                error,
            )
