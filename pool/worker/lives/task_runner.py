"""One task of a lease: a plan, a range of documents, or a part of one."""

import random
import threading
from collections.abc import Sequence
from typing import NamedTuple

from gristmill.pool.worker.board import Post
from gristmill.pool.worker.confined.lockdown import confinement
from gristmill.pool.worker.documents.document_runner import DocumentRunner
from gristmill.pool.worker.lives.transaction import Transaction
from gristmill.pool.worker.planning.grouping import cost
from gristmill.pool.worker.planning.planner import Planner
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import JobError, Manifest
from gristmill.schemas.jobs.sources import Linked
from gristmill.schemas.jobs.tasks import WITHDRAWN, Again, Blow, Group, Report, Task, TaskKind
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentResult, PartResult, PlannedDocument, Split
from gristmill.schemas.outcomes.retry import Failure, decide, struck
from gristmill.storage import faults
from gristmill.storage.library import Library
from gristmill.storage.stores import Stores

_LONG_COST = 250_000
"""Microseconds of expected work that no finished document waits for."""
_TRANSIENT: dict[str, Failure] = {DocumentCode.OUT_OF_MEMORY: Failure.MEMORY}


class _Run:
    """What some documents came to, besides their results. `again`: those that the machine
    failed; `parts`: tasks for the parts of long ones; `unplanned`: one has others inside, or
    parts, and they have no place in the ledger yet."""

    def __init__(self) -> None:
        self.again: list[Again] = []
        self.parts: list[Group] = []
        self.stopped = self.opened = self.unplanned = False

    @property
    def is_plain(self) -> bool:
        return not (self.again or self.parts or self.opened or self.stopped)


class Done(NamedTuple):
    """A task that was done. `may_wait`: nothing that other workers could do follows from it."""

    task: Task
    report: Report
    may_wait: bool = False


class TaskRunner:
    """Runs tasks of one worker; their results go to a transaction."""

    def __init__(
        self,
        stores: Stores,
        settings: Settings,
        library: Library,
        post: Post,
        stop: threading.Event,
        transaction: Transaction,
    ) -> None:
        self._library, self._post, self._stop = library, post, stop
        self._transaction = transaction
        self._manifests = stores.manifests
        self._planner = Planner(settings, library, stores.originals, post)
        self._runner = DocumentRunner(settings, stores, library, post)
        self._last: Manifest | None = None

    def run(self, task: Task) -> Done:
        """Do a task. Raises LibraryTrouble, OSError where the library cannot be written."""
        manifest = self._manifest(task.job_id)
        if manifest is None:
            # Its submitter withdrew it between the offer and now; the settler will see that, too.
            return Done(task, Report(task.task_id, error=JobError("withdrawn", WITHDRAWN)))
        self._transaction.spans.follow(manifest)
        if not confinement.admits(manifest):
            # Another life does it, which is not bound yet.
            self._stop.set()
            return Done(task, Report(task.task_id, released=True))
        if task.blow is not None and self._is_given_up(task, task.blow):
            return Done(task, Report(task.task_id))
        if task.part is not None:
            # Never fenced: the parts of a document are leased side by side, and a part that comes
            # twice is kept once.
            return Done(task, self._part(task, task.part, manifest))
        if task.lost:
            last = None if task.kind is TaskKind.PLAN else task.last
            self._library.fence(task.job_id, task.first, last, task.task_id)
        if task.kind is TaskKind.PLAN:
            return Done(task, self._planned(task, manifest))
        pending = self._library.pending(task.job_id, task.first, task.last)
        run = self._documents(task, manifest, pending)
        report = Report(task.task_id, None, tuple(run.parts), tuple(run.again), None, run.stopped)
        # A step may take minutes with each document.
        may_wait = run.is_plain and not (manifest.options.steps or task.strikes)
        return Done(task, report, may_wait)

    def rest(self) -> None:
        """There is nothing to do."""
        self._runner.rest()

    def groups(self, inside: Sequence[PlannedDocument]) -> tuple[Group, ...]:
        """The tasks that documents make which were found inside of others."""
        return self._planner.groups(inside)

    def _is_given_up(self, task: Task, blow: Blow) -> bool:
        """Tell the ledger what the document of a task has cost; whether that was the last strike
        that it may have. It has failed then."""
        # The parts of a document are leased side by side: no lease of one is over for another.
        token = None if task.part is not None else task.task_id
        document = self._library.strike(task.job_id, task.first, blow.kind, token)
        if document is None:
            return False
        failure = Failure.of(blow.kind)
        code = blow.code or decide(failure, document.strikes[failure.kind], 0.0).code
        if code is None:
            return False
        attempts = document.attempts
        self._library.fail(
            task.job_id, task.first, document.uri, code, blow.told(attempts), attempts
        )
        return True

    def _planned(self, task: Task, manifest: Manifest) -> Report:
        documents = self._planner.on_the_spot(task, manifest)
        if documents is None:
            return self._planner.plan(task, manifest)
        self._transaction.count(task.task_id)
        run = self._documents(task, manifest, documents)
        if run.again or run.unplanned:
            # With a plan, what the machine failed can be tried again by itself, and what is
            # inside of a document has a place in the ledger.
            self._transaction.uncount(task.task_id)
            return self._planner.plan(task, manifest)
        return Report(task.task_id, released=run.stopped)

    def _documents(
        self, task: Task, manifest: Manifest, documents: Sequence[PlannedDocument]
    ) -> _Run:
        """Run documents, until we are told to stop."""
        run = _Run()
        self._runner.expect(task.job_id, documents)
        for document in documents:
            if self._post.cancelled(task.job_id):
                break
            if self._stop.is_set():
                run.stopped = True
                break
            if cost(document) >= _LONG_COST or _is_fetched(document, manifest):
                # What is done already must not wait for it.
                self._transaction.commit()
            result = self._runner.run(document, manifest, task.timeout_s)
            if isinstance(result, Split):
                run.unplanned = True
                run.parts += self._parts(result) if task.kind is TaskKind.RUN else ()
            elif result.transient and (again := self._again(task, document, result)):
                run.again.append(again)
            elif result.members and task.kind is TaskKind.PLAN:
                run.unplanned = True
            else:
                run.opened = run.opened or bool(result.members)
                self._transaction.add(task.task_id, result)
        return run

    def _parts(self, split: Split) -> list[Group]:
        """A task for each part that is still to be read; one to join them where none is."""
        undone = self._library.split(split)
        ordinal = split.ordinal
        return [Group(ordinal, ordinal + 1, part.number) for part in undone] or [
            Group(ordinal, ordinal + 1)
        ]

    def _part(self, task: Task, number: int, manifest: Manifest) -> Report:
        """Read one part of a document. Whoever reads the last one has them joined."""
        groups: list[Group] = []
        again: list[Again] = []
        for document in self._library.pending(task.job_id, task.first, task.last):
            result = self._runner.run_part(document, manifest, number, task.timeout_s)
            if isinstance(result, PartResult):
                is_last = self._library.finish_part(result)
                faults.hit("part.done")
                if is_last:
                    groups.append(Group(task.first, task.last))
            elif result.transient and (more := self._again(task, document, result)):
                again.append(more)
            else:
                self._transaction.add(task.task_id, result)
        return Report(task.task_id, groups=tuple(groups), again=tuple(again))

    def _again(self, task: Task, document: PlannedDocument, result: DocumentResult) -> Again | None:
        """Another try for a document that the machine failed, while the policy allows it."""
        failure = _TRANSIENT.get(result.code or "", Failure.FETCH)
        strikes = struck(document.strikes, failure.kind)
        decision = decide(failure, strikes[failure.kind], random.random())
        if decision.code is not None:
            return None
        self._library.strike(task.job_id, document.ordinal, failure.kind, task.task_id)
        return Again(document.ordinal, decision.delay_s)

    def _manifest(self, job_id: str) -> Manifest | None:
        if self._last is None or self._last.job_id != job_id:
            self._last = self._manifests.read_pending(job_id)
        return self._last


def _is_fetched(document: PlannedDocument, manifest: Manifest) -> bool:
    source = document.source
    return 0 <= source < len(manifest.sources) and isinstance(manifest.sources[source], Linked)
