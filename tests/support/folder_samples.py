"""Jobs in a data folder, with all that belongs to them."""

import hashlib
from datetime import UTC, datetime

from gristmill.schemas.ids import uuid7
from gristmill.schemas.jobs.manifest import Counts, Manifest, Moment
from gristmill.schemas.jobs.sources import InlineText, StoredSource
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import JobIndexRow, Library
from gristmill.storage.manifests import Manifests
from gristmill.storage.records.keys import KeyRecord, Keys

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def manifest(
    number: int,
    state: JobState = JobState.QUEUED,
    *,
    sources: tuple[StoredSource, ...] = (InlineText("a.txt", "text"),),
    explicit_key: bool = True,
    counts: Counts = Counts(),  # noqa: B008
) -> Manifest:
    return Manifest(
        job_id=uuid7(int(NOON.timestamp() * 1e9) + number * 1_000_000, number),
        state=state,
        collection="default",
        priority=0,
        submitted_at=NOON,
        key=hashlib.sha256(str(number).encode()).hexdigest(),
        explicit_key=explicit_key,
        request="r" * 64,
        sources=sources,
        history=(Moment(state, NOON),),
        finished_at=NOON if state.terminal else None,
        counts=counts,
    )


def put(folder: DataFolder, library: Library, job: Manifest) -> Manifest:
    """A job with all that belongs to it."""
    manifests = Manifests(folder)
    if job.state.terminal:
        manifests.settle(job)
    else:
        manifests.create(job)
    if job.explicit_key:
        keys = Keys(folder)
        with keys.hold([job.key]):
            keys.write(job.key, KeyRecord(job.job_id, job.request))
    library.index_jobs([JobIndexRow.of(job)])
    return job
