"""Jobs by their words: those that have ended by an index, the others by looking at them."""

import time
from collections.abc import Sequence

from gristmill.pool.bulk.choosing import PAGE, Place, Wanted
from gristmill.schemas.bulk import JobQuery
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.states import JobState
from gristmill.server.services import Services
from gristmill.storage.library.job_text import has_words, words_in
from gristmill.storage.library.roles import Within

_MOST_PENDING = 200
_LOOK_S = 1.0
"""For one page: whoever wants more asks for the next."""


def jobs_with(
    services: Services,
    text: str,
    state: JobState | None,
    within: Within,
    after: str | None,
    limit: int,
) -> Sequence[str]:
    """Up to `limit` ids before `after`, newest first."""
    if is_job_id(text.strip()):
        return _one(services, text.strip(), state, within, after)
    words = words_in(text)
    found: set[str] = set()
    for pending in (JobState.QUEUED, JobState.RUNNING):
        if state in (None, pending):
            ids = services.library.jobs_page(
                state=pending, collection=within, after=after, limit=_MOST_PENDING
            )
            found |= {m.job_id for m in services.listed(ids) if has_words(m, words)}
    if state is None or state.terminal:
        found |= set(
            services.stores.found_jobs().find(
                words, state=state, collection=within, after=after, limit=limit
            )
        )
    return sorted(found, reverse=True)[:limit]


def jobs_that(
    services: Services, query: JobQuery, within: Within, after: str | None, limit: int
) -> tuple[Sequence[str], str | None]:
    """Up to `limit` ids of jobs that pass a filter, and after which to go on: a page is short
    where few of very many pass. None where there are no more."""
    wanted = Wanted(query, within, (query.state,))
    found, deadline = list[str](), time.monotonic() + _LOOK_S
    while len(found) < limit and time.monotonic() < deadline:
        if query.q is None:
            ids, place = services.chooser.page(services.library, wanted, Place(0, after))
            last = None if place is None else place.after
        else:
            some = jobs_with(services, query.q, query.state, within, after, PAGE)
            ids = [each.job_id for each in services.listed(some) if wanted.passes(each)]
            last = some[-1] if some else None
        found += ids
        if last is None:
            break
        after = last
    else:
        return found[:limit], found[limit - 1] if len(found) >= limit else after
    return found[:limit], found[limit - 1] if len(found) > limit else None


def _one(
    services: Services, job_id: str, state: JobState | None, within: Within, after: str | None
) -> Sequence[str]:
    seen = within if isinstance(within, tuple) else (within,)
    fits = [
        found.job_id
        for found in services.listed([job_id])
        if state in (None, found.state) and (within is None or found.collection in seen)
    ]
    return [each for each in fits if after is None or each < after]
