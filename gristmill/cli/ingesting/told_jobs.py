"""Jobs as they come and change, told one after the other: `gristmill jobs --follow`."""

import time
from collections.abc import Callable, Iterator
from typing import NoReturn

from gristmill.cli.backends import Backend
from gristmill.cli.ingesting.following import PATIENCE_S
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import JobNotFound, Unavailable
from gristmill.schemas.views import JobView

_PAUSE_S = 1.0
_PAGE = 100
_MOST_WATCHED = 1000
"""Jobs that have not ended and are looked at one by one once newer ones hide them."""


class ToldJobs:
    """Which jobs are news. `collection` limits them; `first` is how many of the jobs that are
    there already are told to begin with."""

    def __init__(self, backend: Backend, collection: str | None, first: int) -> None:
        self._backend, self._collection, self._first = backend, collection, first
        self._told: dict[str, JobState] = {}
        self._newest = ""

    def news(self) -> list[JobView]:
        """Jobs that are new or in another state than before, the oldest first."""
        began = not self._newest
        seen = {job.job_id: job for job in self._since(self._newest)}
        pending = [job_id for job_id, state in self._told.items() if not state.terminal]
        for job_id in pending[-_MOST_WATCHED:]:
            if job_id not in seen and (job := self._look(job_id)) is not None:
                seen[job_id] = job
        self._newest = max([self._newest, *seen])
        changed = [job for job in seen.values() if self._told.get(job.job_id) is not job.state]
        self._told = {job_id: job.state for job_id, job in seen.items()}
        changed.sort(key=lambda job: job.job_id)
        return changed[-self._first :] if began else changed

    def _since(self, newest: str) -> Iterator[JobView]:
        """Jobs down to the newest one of the look before, as far as there are many."""
        after: str | None = None
        while True:
            page = self._backend.jobs(None, self._collection, after, max(_PAGE, self._first))
            yield from page.items
            after = page.next
            oldest = page.items[-1].job_id if page.items else ""
            if after is None or not newest or oldest <= newest:
                return

    def _look(self, job_id: str) -> JobView | None:
        try:
            return self._backend.job(job_id)
        except JobNotFound:
            return None


def tell(told: ToldJobs, show: Callable[[JobView], None]) -> NoReturn:
    """Show the news for ever. Raises Unavailable where a server is away for half a minute."""
    deadline = None
    while True:
        try:
            for job in told.news():
                show(job)
            deadline = None
        except Unavailable:
            deadline = deadline or time.monotonic() + PATIENCE_S
            if time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_S)
