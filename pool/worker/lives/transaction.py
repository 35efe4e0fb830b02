"""Results on their way to the library: many in one transaction, none for long."""

import logging
import os
import time
from collections.abc import Sequence

import msgspec

from gristmill.pool.worker.lives.document_spans import DocumentSpans
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.jobs.tasks import Report
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentResult
from gristmill.storage import faults
from gristmill.storage.library import Library, of_the_machine

_DOCUMENTS = 64
_CHARS = 2_000_000
_SECONDS = 0.5
"""A commit is due after this many documents, characters of text or seconds: few transactions,
little to do again after a crash, and a progress that is seen."""
_ERROR_CHARS = 500
_log = logging.getLogger(__name__)


class Transaction:
    """Collects the results of one lease or several. Its counts say what the ledger says, which is
    not always what was just computed: another worker may have ended a document first.

    `number` tells one transaction from the next."""

    def __init__(self, library: Library, spans: DocumentSpans | None = None) -> None:
        self._library, self.number = library, 0
        self.spans = spans or DocumentSpans()
        self._results: list[DocumentResult] = []
        self._tasks: list[int] = []
        self._chars = 0
        self._last_commit = time.monotonic()
        self._counted: dict[int, list[DocumentState]] = {}
        self._warned: set[int] = set()

    def count(self, task_id: int) -> None:
        """Report the counts of this task: it is a whole job."""
        self._counted[task_id] = []
        self._warned.discard(task_id)

    def uncount(self, task_id: int) -> None:
        """This task is no whole job after all."""
        del self._counted[task_id]

    def add(self, task_id: int, result: DocumentResult) -> None:
        """Take a result; commits when that is due. Raises LibraryTrouble, OSError."""
        if not self._results:
            self._last_commit = time.monotonic()
        self._results.append(result)
        self._tasks.append(task_id)
        self.spans.done(result)
        if result.content is not None:
            self._chars += sum(len(chunk.text) for chunk in result.content.chunks)
        if self.is_due():
            self.commit()

    def is_due(self) -> bool:
        """Whether what was collected has to be committed now."""
        return bool(self._results) and (
            len(self._results) >= _DOCUMENTS
            or self._chars >= _CHARS
            or time.monotonic() - self._last_commit >= _SECONDS
        )

    def has_ended(self, number: int) -> bool:
        """Whether all that was added up to when `number` was this is committed or dropped."""
        return self.number > number or not self._results

    def commit(self) -> None:
        """Make all collected results durable; one that cannot be stored, whatever the reason,
        fails its document and no other. Raises LibraryTrouble, OSError for what is the machine's
        fault; all are then kept."""
        if not self._results:
            return
        faults.hit("commit.before")
        begun_ns = time.time_ns()
        try:
            states = self._library.commit(self._results, self._tasks)
        except Exception as error:
            if of_the_machine(error):
                raise
            states = [
                self._alone(result, token)
                for result, token in zip(self._results, self._tasks, strict=True)
            ]
        faults.hit("commit.after")
        for task_id, result, state in zip(self._tasks, self._results, states, strict=True):
            if task_id in self._counted:
                self._counted[task_id].append(state)
                if _may_have_warnings(result, state):
                    self._warned.add(task_id)
        self._tell(states)
        self.spans.committed(self._results, begun_ns)
        self._clear()

    def _tell(self, states: Sequence[DocumentState]) -> None:
        """A line for each document: never its name or what is wrong in it, which are the
        sender's."""
        if not _log.isEnabledFor(logging.DEBUG):
            return
        for result, state in zip(self._results, states, strict=True):
            fields = {
                "job": result.job_id,
                "document": result.ordinal,
                "code": result.code if state is DocumentState.FAILED else None,
                "took_s": None if result.seconds is None else round(result.seconds, 3),
                "attempt": result.attempts,
                "worker": os.getpid(),
            }
            _log.debug("document %s", state.value, extra={"fields": fields})

    def drop(self) -> None:
        """Forget what is not committed: its tasks are given back."""
        self._clear()
        self._counted.clear()
        self._warned.clear()

    def with_counts(self, job_id: str, report: Report) -> Report:
        """The report with the final counts of its job, if the task was one. Raises what `commit`
        does."""
        states = self._counted.pop(report.task_id, None)
        if states is None or report.released or report.error:
            return report
        tally = {state.value: states.count(state) for state in set(states)}
        if report.task_id in self._warned:
            self._warned.discard(report.task_id)
            tally["warnings"] = self._library.counts(job_id).warnings
        return msgspec.structs.replace(report, counts=Counts(total=len(states), **tally))

    def _alone(self, result: DocumentResult, token: int) -> DocumentState:
        try:
            (state,) = self._library.commit([result], [token])
        except Exception as error:
            if of_the_machine(error):
                raise
            _log.exception("the result of document %r cannot be stored", result.uri)
            (state,) = self._library.commit([_unstorable(result, error)], [token])
        return state

    def _clear(self) -> None:
        self.number += 1
        self._results.clear()
        self._tasks.clear()
        self._chars = 0


def _may_have_warnings(result: DocumentResult, state: DocumentState) -> bool:
    """Whether only the ledger knows if the row of a document has some: those of content that was
    there before come from there."""
    if state is not result.state or state in (DocumentState.UNCHANGED, DocumentState.DUPLICATE):
        return True
    return result.content is not None and bool(result.content.warnings)


def _unstorable(result: DocumentResult, error: Exception) -> DocumentResult:
    """The end of a document that came to nothing that can be stored."""
    text = f"what was read of it cannot be stored: {type(error).__name__}: {error}"
    return msgspec.structs.replace(
        result,
        state=DocumentState.FAILED,
        content=None,
        members=(),
        code=str(DocumentCode.PARSE_ERROR),
        message=text[:_ERROR_CHARS],
    )
