"""What has cost workers is not run again under another name in its job.

The ledger knows which documents those were, and where their bytes are. Before another one is
parsed, the bytes of those that may be the same are got once more and compared: that takes
milliseconds where the parser takes a worker.
"""

import time

from gristmill.pool.worker.documents.fetching import Fetched, Fetcher
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage.library import Library

_FRESH_S = 1.0
"""The ledger is asked so often while a worker lives; one that begins asks at once."""
_MOST = 100
"""So many are remembered of a job. Whoever sends more different ones is bound by the time that
his upload may take."""


class LethalContents:
    """Of one worker. It remembers those of the job that it is at."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._job_id, self._asked_at = "", 0.0
        self._found: list[PlannedDocument] = []
        self._digests: dict[int, str | None] = {}

    def check(
        self, document: PlannedDocument, manifest: Manifest, fetched: Fetched, fetcher: Fetcher
    ) -> None:
        """Raises DocumentError with the code of an earlier document that has the same bytes."""
        for other in self._lethal(manifest.job_id):
            if other.ordinal == document.ordinal or other.code is None:
                continue
            if other.size is not None and other.size != len(fetched.blob.data):
                continue
            if self._digest(other, manifest, fetcher) == fetched.sha256:
                raise DocumentError(
                    other.code,
                    f"its content is that of {other.uri}, which ended {other.code} in this job; "
                    "it was not tried again",
                )

    def _lethal(self, job_id: str) -> list[PlannedDocument]:
        now = time.monotonic()
        if job_id != self._job_id or now - self._asked_at > _FRESH_S:
            if job_id != self._job_id:
                self._digests.clear()
            try:
                self._found = self._library.lethal(job_id, _MOST)
            except LibraryTrouble:
                # It only saves work; our library's trouble is not the document's.
                self._found = []
            self._job_id, self._asked_at = job_id, now
        return self._found

    def _digest(self, other: PlannedDocument, manifest: Manifest, fetcher: Fetcher) -> str | None:
        if other.ordinal not in self._digests:
            try:
                self._digests[other.ordinal] = fetcher.fetch(other, manifest).sha256
            except DocumentError:
                self._digests[other.ordinal] = None
        return self._digests[other.ordinal]
