"""Jobs until they have ended."""

import time

from gristmill.client.calls import job_calls
from gristmill.client.connection import Connection
from gristmill.client.flows.asking import answered
from gristmill.client.steps import Flow, Pause
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.problems.waiting import StillPending
from gristmill.schemas.views import JobView

WAIT_S = 3600.0
"""For how long a job is waited for unless somebody says."""
_HELD_S = 20.0
_PAUSE_S = 0.1


def ended(job_id: str, timeout_s: float, to: Connection) -> Flow[JobView]:
    """The job once it has ended. Raises StillPending after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while True:
        began = time.monotonic()
        ask = job_calls.job(job_id, wait=max(0.0, min(_HELD_S, deadline - began)))
        job = yield from answered(ask, to)
        if job.state.terminal:
            return job
        now = time.monotonic()
        if now >= deadline:
            raise StillPending(f"job {job_id} is {job.state} after {timeout_s:g} s", job_id=job_id)
        # A server that cannot hold the answer gives it at once: then the pause is ours.
        yield Pause(max(0.0, min(_PAUSE_S - (now - began), deadline - now)))


def job_id_of(job: object) -> str:
    """The id of a job, which may be given itself. Raises InvalidRequest."""
    found = job.job_id if isinstance(job, JobView) else job
    if not isinstance(found, str):
        raise InvalidRequest(f"a job is named by its id or given as it was answered, not {job!r}")
    return found
