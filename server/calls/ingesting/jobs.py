"""The calls on jobs that exist: list, watch, cancel, retry."""

from collections.abc import Sequence

import falcon
import msgspec

from gristmill.schemas.bulk import JobQuery
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import IllegalTransition, JobNotFound
from gristmill.schemas.views import JobView, PageView
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.ingesting.job_search import jobs_that, jobs_with
from gristmill.server.calls.tables import job_table as table
from gristmill.server.calls.tables.shared_entries import LIMIT
from gristmill.server.messages import cursors, etags, replies
from gristmill.server.messages.cursors import ListKind
from gristmill.server.paths import to_job
from gristmill.server.services import Services
from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.library.roles import Within
from gristmill.storage.upkeep.retention import drop_ended

_FLUSH_S = 0.25
"""How long a list waits for the jobs that were just accepted to show in it."""
_PEEK_S = 0.02
"""Between two looks whether a job has ended, which mostly find two files that are not there yet."""


def _jobs(services: Services, asked: Asked, resp: falcon.Response) -> None:
    known, within = asked[table.IF_NONE_MATCH], asked.within
    if known is None:
        replies.send_tagged(resp, _page(services, asked, within), None)
        return
    # Many look at the same page again and again.
    key = (asked.req.query_string, within)
    data = services.lately.get(key, lambda: replies.encode(_page(services, asked, within)))
    replies.send_tagged(resp, msgspec.Raw(data), known)


def _page(services: Services, asked: Asked, within: Within) -> PageView[JobView]:
    limit, state, after = asked[LIMIT], asked[table.JOB_STATE], asked[table.JOBS_AFTER]
    text = asked[table.JOB_WORDS]
    # A job that has just ended would otherwise be missing for a second.
    services.client.flush_index(_FLUSH_S, text is not None)
    if asked[table.JOB_FILTER] is not None:
        query = JobQuery(text, state, None, asked[table.JOB_FILTER])
        some, last = jobs_that(services, query, within, after, limit)
        return _viewed(services, some, state, last and cursors.cursor(ListKind.JOBS, last))
    if text is not None:
        found = jobs_with(services, text, state, within, after, limit + 1)
    else:
        found = services.library.jobs_page(
            state=state, collection=within, after=after, limit=limit + 1
        )
    ids, following = replies.cut(found, limit, lambda i: cursors.cursor(ListKind.JOBS, i))
    return _viewed(services, ids, state, following)


def _viewed(
    services: Services, ids: Sequence[str], state: JobState | None, following: str | None
) -> PageView[JobView]:
    # The index may lag behind; what a manifest says is the truth.
    manifests = [m for m in services.listed(ids) if state in (None, m.state)]
    return PageView([services.view(manifest) for manifest in manifests], following)


def _job(services: Services, asked: Asked, resp: falcon.Response) -> None:
    job_id = asked[table.JOB_ID]
    seconds = min(asked[table.WAIT], services.settings.long_poll_max_s)
    known = asked[table.IF_NONE_MATCH]
    if known is not None:
        _answer_change(services, resp, job_id, known, seconds)
    else:
        _answer_end(services, resp, job_id, seconds)


def _answer_end(services: Services, resp: falcon.Response, job_id: str, seconds: float) -> None:
    manifest = _answer(services, resp, job_id)
    if seconds > 0 and not manifest.state.terminal:
        ended = services.manifests.is_ended
        services.waiting.wait(lambda: ended(job_id), bool, seconds, longest_pause_s=_PEEK_S)
        _answer(services, resp, job_id)


def _answer_change(
    services: Services, resp: falcon.Response, job_id: str, known: str, seconds: float
) -> None:
    def is_known() -> bool:
        return etags.matches(known, resp.get_header("ETag") or "")

    services.waiting.wait(
        lambda: _answer(services, resp, job_id),
        lambda job: job.state.terminal or not is_known(),
        seconds,
    )
    if is_known():
        resp.status = 304
        resp.data = None


def _answer(services: Services, resp: falcon.Response, job_id: str) -> Manifest:
    manifest = services.manifest(job_id)
    job = services.view(manifest)
    if manifest.state.terminal:
        job = services.with_webhook(job, manifest.run)
    replies.send_job(resp, job)
    resp.etag = etags.etag_of(resp.data or b"")
    return manifest


def _cancel(services: Services, asked: Asked, resp: falcon.Response) -> None:
    manifest = services.client.cancel(_possible(asked[table.JOB_ID]))
    replies.send_job(resp, services.view(manifest))


def _retry(services: Services, asked: Asked, resp: falcon.Response) -> None:
    manifest = services.client.retry(_possible(asked[table.JOB_ID]))
    replies.send_job(resp, services.view(manifest))
    resp.status = 202
    resp.set_header("Location", to_job(manifest.job_id))


def _delete(services: Services, asked: Asked, resp: falcon.Response) -> None:
    manifest = services.manifest(_possible(asked[table.JOB_ID]))
    if not manifest.state.terminal:
        raise IllegalTransition(
            f"job {manifest.job_id} is {manifest.state}: cancel it, and delete it once it has ended"
        )
    folder = services.stores.folder
    if not with_reserve(folder.root, lambda: drop_ended(folder, [manifest])):
        raise IllegalTransition(f"job {manifest.job_id} has been retried meanwhile")
    services.client.tell_deleted([(manifest.job_id, manifest.collection)])
    resp.status = 204


def _job_documents(services: Services, asked: Asked, resp: falcon.Response) -> None:
    job_id = asked[table.JOB_ID]
    limit, state, after = asked[LIMIT], asked[table.LEDGER_STATE], asked[table.LEDGER_AFTER]
    services.manifest(job_id)
    found = services.library.ledger_page(job_id, state=state, after=after, limit=limit + 1)
    rows, following = replies.cut(
        found, limit, lambda row: cursors.cursor(ListKind.LEDGER, row.ordinal)
    )
    replies.send_page(resp, rows, following)


HANDLERS: Handlers = {
    table.JOBS: _jobs,
    table.JOB: _job,
    table.JOB_DOCUMENTS: _job_documents,
    table.CANCEL: _cancel,
    table.RETRY: _retry,
    table.DELETE_JOB: _delete,
}


def _possible(job_id: str) -> str:
    """A job id that may exist. Raises JobNotFound for what cannot be one."""
    if not is_job_id(job_id):
        raise JobNotFound(f"there is no job {job_id!r}")
    return job_id
