"""Planning a leased job: expand its sources once, write them to the ledger, make tasks."""

from collections.abc import Iterator, Sequence

import msgspec

from gristmill.pool.processes.machine import worker_count
from gristmill.pool.worker.board import Post
from gristmill.pool.worker.documents.fetching import pipeline_of
from gristmill.pool.worker.planning.expanding import each_once, expand, fits_on_the_spot
from gristmill.pool.worker.planning.grouping import group
from gristmill.pool.worker.planning.refreshing import outdated
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import JobError, Manifest
from gristmill.schemas.jobs.sources import Refreshed
from gristmill.schemas.jobs.tasks import PLANNING, Group, Report, Task
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.storage import faults
from gristmill.storage.library import Library
from gristmill.storage.originals import Originals


class Planner:
    """Plans for one worker. Raises LibraryTrouble, OSError where the library cannot be written."""

    def __init__(
        self, settings: Settings, library: Library, originals: Originals, post: Post
    ) -> None:
        self._settings, self._library, self._post = settings, library, post
        self._originals = originals
        self._workers = worker_count(settings.workers)

    def on_the_spot(self, task: Task, manifest: Manifest) -> list[PlannedDocument] | None:
        """The documents of a job that is done at once, without a plan in the ledger; None for
        any other. A job that has cost a worker is never one: its suspect must be told apart."""
        if task.strikes or not fits_on_the_spot(manifest.sources):
            return None
        return list(expand(manifest.sources))

    def plan(self, task: Task, manifest: Manifest) -> Report:
        """Plan a job, or find out what is left of one that was planned before."""
        self._post.start(task.job_id, PLANNING, task.timeout_s)
        try:
            faults.hit("plan.start")
            return self._plan(task, manifest)
        finally:
            # Also after an error: a post that still shows the plan would be timed out one day.
            self._post.over()

    def _plan(self, task: Task, manifest: Manifest) -> Report:
        if self._library.planned(task.job_id) is None:
            documents = [_marked(document, task) for document in self._expanded(manifest)]
            if error := self._refusal(documents, manifest):
                return Report(task.task_id, error=error)
            self._library.plan(task.job_id, documents, task.task_id)
        groups = self.groups(self._library.pending(task.job_id))
        if task.alone:
            # What it was alone for is still to come: a document of a small job.
            groups = tuple(msgspec.structs.replace(group, alone=True) for group in groups)
        return Report(task.task_id, groups=groups)

    def _expanded(self, manifest: Manifest) -> Iterator[PlannedDocument]:
        source = manifest.sources[0]
        if not isinstance(source, Refreshed):
            return expand(manifest.sources)
        pipeline = pipeline_of(manifest.options, self._settings)
        return each_once(outdated(self._library, self._originals, source, 0, pipeline))

    def groups(self, documents: Sequence[PlannedDocument]) -> tuple[Group, ...]:
        """The tasks that some pending documents of a job make."""
        return group(documents, self._workers)

    def _refusal(self, documents: Sequence[PlannedDocument], manifest: Manifest) -> JobError | None:
        if not documents and not manifest.refreshes:
            return JobError("empty", "no document was found where the sources point")
        if len(documents) > self._settings.max_documents:
            return JobError(
                "too_many_documents",
                f"the sources hold {len(documents)} documents, "
                f"the limit is {self._settings.max_documents}",
            )
        return None


def _marked(document: PlannedDocument, task: Task) -> PlannedDocument:
    if document.ordinal != task.suspect:
        return document
    verdict = task.verdict
    return msgspec.structs.replace(
        document,
        attempts=sum(task.strikes.values()),
        strikes=task.strikes,
        code=verdict.code if verdict else document.code,
        message=verdict.message if verdict else document.message,
    )
