"""Jobs by their words: those that have ended by an index, the others by looking at them."""

from collections.abc import Sequence

from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.states import JobState
from gristmill.server.services import Services
from gristmill.storage.library.job_text import has_words, words_in
from gristmill.storage.library.roles import Within

_MOST_PENDING = 200


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
