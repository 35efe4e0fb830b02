"""The calls on jobs: `/ingest` and everything below it."""

import falcon

from gristmill.schemas.errors import JobNotFound
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.manifest import Manifest
from gristmill.schemas.states import DocumentState, JobState
from gristmill.server.calls.submission import submit
from gristmill.server.messages import cursors, etags, parameters, replies
from gristmill.server.messages.cursors import ListKind
from gristmill.server.services import Services
from gristmill.server.waiting import WaitingRoom

_FLUSH_S = 0.25
"""How long a list waits for the jobs that were just accepted to show in it."""
_PEEK_S = 0.02
"""Between two looks whether a job has ended, which mostly find two files that are not there yet."""


class Jobs:
    """`/ingest`: submit a job, list jobs."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        submit(self._services, req, resp)

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req, "state", "collection", "after", "limit")
        limit = parameters.limit(req)
        state = parameters.choice(req, "state", JobState)
        after = cursors.job_after(parameters.text(req, "after"))
        collection = parameters.text(req, "collection")
        self._services.client.flush_index(_FLUSH_S)
        found = self._services.library.jobs_page(
            state=state, collection=collection, after=after, limit=limit + 1
        )
        ids, following = replies.cut(found, limit, lambda i: cursors.cursor(ListKind.JOBS, i))
        # The index may lag behind; what a manifest says is the truth.
        manifests = [m for m in self._services.listed(ids) if state in (None, m.state)]
        items = [self._services.view(manifest) for manifest in manifests]
        replies.send_page(resp, items, following)

    on_head = on_get


class Job:
    """`/ingest/{job_id}`: watch a job, cancel it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._room = WaitingRoom(max(1, services.settings.web_threads // 2), services.stopping)

    def on_get(self, req: falcon.Request, resp: falcon.Response, job_id: str) -> None:
        parameters.check(req, "wait")
        seconds = min(parameters.seconds(req, "wait"), self._services.settings.long_poll_max_s)
        if req.get_header("If-None-Match") is not None:
            self._answer_change(req, resp, job_id, seconds)
        else:
            self._answer_end(resp, job_id, seconds)

    on_head = on_get

    def _answer_end(self, resp: falcon.Response, job_id: str, seconds: float) -> None:
        manifest = self._answer(resp, job_id)
        if seconds > 0 and not manifest.state.terminal:
            ended = self._services.manifests.is_ended
            self._room.wait(lambda: ended(job_id), bool, seconds, longest_pause_s=_PEEK_S)
            self._answer(resp, job_id)

    def _answer_change(
        self, req: falcon.Request, resp: falcon.Response, job_id: str, seconds: float
    ) -> None:
        self._room.wait(
            lambda: self._answer(resp, job_id),
            lambda job: job.state.terminal or not self._known(req, resp),
            seconds,
        )
        if self._known(req, resp):
            resp.status = 304
            resp.data = None

    def on_delete(self, req: falcon.Request, resp: falcon.Response, job_id: str) -> None:
        parameters.check(req)
        manifest = self._services.client.cancel(known(job_id))
        replies.send_job(resp, self._services.view(manifest))

    def _answer(self, resp: falcon.Response, job_id: str) -> Manifest:
        manifest = self._services.manifest(job_id)
        replies.send_job(resp, self._services.view(manifest))
        resp.etag = etags.etag_of(resp.data or b"")
        return manifest

    @staticmethod
    def _known(req: falcon.Request, resp: falcon.Response) -> bool:
        return etags.matches(req, resp.get_header("ETag") or "")


class JobRetry:
    """`/ingest/{job_id}/retry`: run the failed and cancelled documents again."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_post(self, req: falcon.Request, resp: falcon.Response, job_id: str) -> None:
        parameters.check(req)
        manifest = self._services.client.retry(known(job_id))
        replies.send_job(resp, self._services.view(manifest))
        resp.status = 202
        resp.set_header("Location", f"/ingest/{manifest.job_id}")


class JobDocuments:
    """`/ingest/{job_id}/documents`: the ledger of a job."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_get(self, req: falcon.Request, resp: falcon.Response, job_id: str) -> None:
        parameters.check(req, "state", "after", "limit")
        limit = parameters.limit(req)
        state = parameters.choice(req, "state", DocumentState)
        after = cursors.ordinal_after(ListKind.LEDGER, parameters.text(req, "after"))
        self._services.manifest(job_id)
        found = self._services.library.ledger_page(
            job_id, state=state, after=after, limit=limit + 1
        )
        rows, following = replies.cut(
            found, limit, lambda row: cursors.cursor(ListKind.LEDGER, row.ordinal)
        )
        replies.send_page(resp, rows, following)

    on_head = on_get


def known(job_id: str) -> str:
    """A job id that may exist. Raises JobNotFound for what cannot be one."""
    if not is_job_id(job_id):
        raise JobNotFound(f"there is no job {job_id!r}")
    return job_id
