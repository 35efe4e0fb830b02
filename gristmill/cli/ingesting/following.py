"""Watches jobs until they have ended."""

import time
from collections.abc import Sequence
from contextlib import suppress

from gristmill.cli.backends import Backend
from gristmill.cli.ingesting.pace import Pace
from gristmill.cli.terminal.progress_bar import Bar
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.problems.errors import GristmillError, SupervisorAway, Unavailable
from gristmill.schemas.views import JobView

WAIT_S = 2.0
PATIENCE_S = 30.0
_PAUSE_S = 0.5


def follow(backend: Backend, job_ids: Sequence[str], bar: Bar, expected: int = 0) -> list[JobView]:
    """The jobs as they ended, in their order; `bar` shows their documents meanwhile.

    `expected` is the number of documents where the caller knows it. Raises SupervisorAway when
    nobody works on a job, Unavailable when a server does not answer for half a minute.
    """
    ended: list[JobView] = []
    before, pace = Counts(), Pace()
    for job_id in job_ids:
        job: JobView | None = None
        while job is None or not job.state.terminal:
            job = _next_look(backend, job_id, job)
            if bar.seen:
                _show(bar, job, before.plus(job.counts), expected, pace, _in_hand(backend, job))
        ended.append(job)
        before = before.plus(job.counts)
    return ended


def _next_look(backend: Backend, job_id: str, seen: JobView | None) -> JobView:
    """A server may be away for a moment (a restart loses no job), so this tries again."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return backend.watch(job_id, seen, WAIT_S if seen else 0.0)
        except SupervisorAway:
            raise
        except Unavailable:
            if seen is None or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_S)


def _show(bar: Bar, job: JobView, counts: Counts, expected: int, pace: Pace, in_hand: str) -> None:
    aside = f"{counts.failed} failed" if counts.failed else ""
    done, total = counts.total - counts.pending, max(counts.total, expected)
    pace.add(time.monotonic(), done)
    now = "  ".join(part for part in (pace.words(total), in_hand) if part)
    bar.show(str(job.state), done, total, aside, now)


def _in_hand(backend: Backend, job: JobView) -> str:
    """The name of a document of the job that a worker is at, where one may know."""
    if job.state.terminal:
        return ""
    with suppress(GristmillError):
        for worker in backend.overview().workers or ():
            if worker.job_id == job.job_id and worker.uri:
                page = f", page {worker.page}" if worker.page is not None else ""
                return worker.uri.rpartition("/")[2] + page
    return ""
