"""The tasks of one lease: plan, run, commit, report."""

import logging
import random
import sqlite3
import threading
from collections.abc import Sequence

from gristmill.pool.board import Post
from gristmill.pool.retry import Failure, decide
from gristmill.pool.worker.document import DocumentRunner
from gristmill.pool.worker.planner import Planner
from gristmill.pool.worker.transaction import Transaction
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.manifest import JobError, Manifest
from gristmill.schemas.results import PlannedDocument
from gristmill.schemas.settings import Settings
from gristmill.schemas.strikes import struck
from gristmill.schemas.tasks import Again, Report, Task, TaskKind
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests
from gristmill.storage.spool import Spool

_DISK_RETRY_S = 1.0
_TRANSIENT: dict[str, Failure] = {DocumentCode.OUT_OF_MEMORY: Failure.MEMORY}
_log = logging.getLogger(__name__)


class Batch:
    """Runs leases of one worker, one after the other."""

    def __init__(
        self,
        folder: DataFolder,
        settings: Settings,
        library: Library,
        post: Post,
        stop: threading.Event,
    ) -> None:
        self._library, self._post, self._stop = library, post, stop
        self._manifests = Manifests(folder)
        self._planner = Planner(settings, library, post)
        self._runner = DocumentRunner(settings, Spool(folder), library, post)
        self._transaction = Transaction(library)
        self._last: Manifest | None = None

    def run(self, tasks: Sequence[Task]) -> list[Report]:
        """The reports of all tasks, made only after what they report is committed.

        When the library cannot be written (a full disk) nothing is lost: the tasks are given
        back and leased again a moment later.
        """
        try:
            reports = [self._run(task) for task in tasks]
            self._transaction.commit()
        except (sqlite3.Error, OSError) as error:
            _log.warning("the library cannot be written, trying again soon: %s", error)
            self._transaction.drop()
            return [Report(t.task_id, released=True, delay_s=_DISK_RETRY_S) for t in tasks]
        return [self._transaction.with_counts(report) for report in reports]

    def _run(self, task: Task) -> Report:
        manifest = self._manifest(task.job_id)
        if manifest is None:
            # Its submitter withdrew it between the offer and now; the settler will see that, too.
            return Report(task.task_id, error=JobError("withdrawn", "it was never accepted"))
        again: list[Again] = []
        if task.kind is TaskKind.RUN:
            pending = self._library.pending(task.job_id, task.first, task.last)
            done = self._documents(task, manifest, pending, again)
            return Report(task.task_id, again=tuple(again), released=not done)
        documents = self._planner.on_the_spot(task, manifest)
        if documents is None:
            return self._planner.plan(task, manifest)
        self._transaction.count(task.task_id)
        done = self._documents(task, manifest, documents, again)
        if again:
            # The machine failed one: with a plan, that one can be tried again by itself.
            self._transaction.uncount(task.task_id)
            return self._planner.plan(task, manifest)
        return Report(task.task_id, released=not done)

    def _documents(
        self,
        task: Task,
        manifest: Manifest,
        documents: Sequence[PlannedDocument],
        again: list[Again],
    ) -> bool:
        """Run documents; False when we were told to stop before the last one. Those whose
        failure is the machine's go to `again`, while the policy allows it."""
        for document in documents:
            if self._post.cancelled(task.job_id):
                return True
            if self._stop.is_set():
                return False
            result = self._runner.run(document, manifest, task.timeout_s)
            if result.transient:
                failure = _TRANSIENT.get(result.code or "", Failure.FETCH)
                strikes = struck(document.strikes, failure.kind)
                decision = decide(failure, strikes[failure.kind], random.random())
                if decision.code is None:
                    self._library.strike(task.job_id, document.ordinal, failure.kind)
                    again.append(Again(document.ordinal, decision.delay_s))
                    continue
            self._transaction.add(task.task_id, result)
        return True

    def _manifest(self, job_id: str) -> Manifest | None:
        if self._last is None or self._last.job_id != job_id:
            self._last = self._manifests.read_pending(job_id)
        return self._last
