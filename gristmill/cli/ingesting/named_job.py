"""Jobs as people name them: `last`, or the first letters of an id."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from gristmill.cli.backends import Backend
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.problems.errors import InvalidRequest, JobNotFound

LAST = "last"
_LOOKED_AT = 1000
"""The newest jobs are looked at for one that begins so; an older one wants its whole id."""
_FEWEST = 4
_SHOWN = 5
_START = re.compile(rf"[0-9a-f-]{{{_FEWEST},35}}\Z")


def named_job(backend: Backend, name: str) -> str:
    """The id of the job that is meant. What is no name is handed back as it is: whoever looks for
    it says that there is no such job.

    Raises InvalidRequest where several jobs begin so, or where there is none to be the last, and
    JobNotFound where one begins nearly so.
    """
    if name == LAST:
        newest = backend.jobs(None, None, None, 1).items
        if not newest:
            raise InvalidRequest("there is no job yet, so none is the last")
        return newest[0].job_id
    if is_job_id(name) or not _START.match(name):
        return name
    jobs = backend.jobs(None, None, None, _LOOKED_AT).items
    found = [job.job_id for job in jobs if job.job_id.startswith(name)]
    if len(found) > 1:
        shown = ", ".join(found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")
        raise InvalidRequest(f"{len(found)} jobs begin with {name}: {shown}; give more of the id")
    if not found and (meant := _nearly(name, [job.job_id for job in jobs])):
        raise JobNotFound(f"no job begins with {name}; did you mean {meant}?")
    return found[0] if found else name


def _nearly(name: str, job_ids: Sequence[str]) -> str | None:
    """The job whose id begins nearly so."""
    by_start = {job_id[: len(name)]: job_id for job_id in job_ids}
    close = get_close_matches(name, by_start, n=1, cutoff=0.85)
    return by_start[close[0]] if close else None
