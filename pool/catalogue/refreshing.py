"""A collection is read again, as a job: what other settings or versions have made of it."""

import os
from typing import TYPE_CHECKING

from gristmill.pool.catalogue.known import expect_known
from gristmill.pool.client import PoolClient
from gristmill.pool.intake.drafts import NOBODY, Submission, Submitter
from gristmill.pool.intake.intake import Intake
from gristmill.pool.intake.paths import is_shared, shared_roots
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import Located, Refreshed
from gristmill.storage.manifests import LEFT_OUT
from gristmill.storage.stores import Stores
from gristmill.storage.walking.beneath import way_below

if TYPE_CHECKING:
    from gristmill.storage.library import Library

_MOST_JOBS = 1000
"""Of those that brought the documents, the newest are asked where they found them."""


class Refresher:
    """Submits refreshes. Thread-safe."""

    def __init__(
        self, stores: Stores, settings: Settings, client: PoolClient, intake: Intake
    ) -> None:
        self._stores, self._settings = stores, settings
        self._client, self._intake = client, intake

    def __call__(
        self, collection: str, *, trusted: bool = False, submitter: Submitter = NOBODY
    ) -> Submission:
        """Accept the job that reads a collection again. Files are read below roots that the
        documents were found under before and that are allowed now (a `trusted` caller allows all)
        and, where nodes read them, shared. Raises UnknownCollection and what `Intake.submit`
        does."""
        with self._stores.library(readonly=True) as library:
            within = (collection,) if submitter.bound else None
            expect_known(library, self._client, collection, within)
            roots = self._roots(library, collection, trusted)
        task = IngestionTask(sources=[], collection=collection)
        sources = (Refreshed(collection, roots),)
        return self._intake.submit(task, uploads=sources, submitter=submitter)

    def _roots(self, library: "Library", collection: str, trusted: bool) -> tuple[str, ...]:
        allowed = [os.path.realpath(root) for root in self._settings.allow_roots]
        jobs = library.jobs_of_documents(collection)
        known = [self._known_roots(job_id) for job_id in jobs[:_MOST_JOBS]]
        found = {root for roots in known for root in roots or ()}
        if not trusted:
            found = {r for r in found if any(way_below(each, r) is not None for each in allowed)}
        if len(jobs) > _MOST_JOBS or None in known:
            # Nobody knows any more where they were found: perhaps here.
            found.update(allowed)
        shared = shared_roots(self._settings)
        return tuple(sorted(r for r in found if shared is None or is_shared(r, shared)))

    def _known_roots(self, job_id: str) -> set[str] | None:
        """The roots that a job has read below; None where it is kept no longer."""
        try:
            manifest = self._stores.manifests.read(job_id)
        except LEFT_OUT:
            return None
        if manifest is None:
            return None
        found: set[str] = set()
        for source in manifest.sources:
            if isinstance(source, Located):
                found.add(source.root)
            elif isinstance(source, Refreshed):
                found.update(source.roots)
        return found
