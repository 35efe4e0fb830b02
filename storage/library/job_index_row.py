"""What the job index keeps of a job: that which lists and filters need."""

from datetime import datetime
from typing import NamedTuple

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState


class JobIndexRow(NamedTuple):
    """What the index says of one job."""

    job_id: str
    state: JobState
    collection: str
    submitted_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, manifest: Manifest) -> "JobIndexRow":
        """The row that follows from a manifest."""
        return cls(
            manifest.job_id,
            manifest.state,
            manifest.collection,
            manifest.submitted_at,
            manifest.finished_at,
        )
