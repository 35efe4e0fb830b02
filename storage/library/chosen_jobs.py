"""What of the job index is asked for."""

from datetime import datetime
from typing import NamedTuple

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.jobs.states import JobState


class ChosenJobs(NamedTuple):
    """Jobs in a state, and in a collection or any of several, that pass a filter on what the index
    knows. `until`: none that was submitted, or has ended, later."""

    state: JobState | None
    collection: str | tuple[str, ...] | None
    where: Filter | None = None
    until: datetime | None = None
