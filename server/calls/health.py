"""Liveness, readiness and the list of calls."""

import falcon

from gristmill.schemas.errors import Draining, Stalled, Unavailable, WorkersFailing
from gristmill.schemas.version import VERSION
from gristmill.server.messages import parameters, replies
from gristmill.server.services import Services

_BY_CODE: dict[str, type[Unavailable]] = {
    kind.code: kind for kind in (Draining, Stalled, WorkersFailing)
}
CALLS = {
    "submit": "POST /ingest",
    "submit_many": "POST /ingest/batch",
    "jobs": "GET /ingest{?state,collection,after,limit}",
    "job": "GET /ingest/{job_id}{?wait}",
    "job_documents": "GET /ingest/{job_id}/documents{?state,after,limit}",
    "cancel": "DELETE /ingest/{job_id}",
    "retry": "POST /ingest/{job_id}/retry",
    "documents": "GET /documents{?collection,after,limit}",
    "document": "GET /documents/{document_id}",
    "chunks": "GET /documents/{document_id}/chunks{?after,limit}",
    "delete_document": "DELETE /documents/{document_id}",
    "search": "GET /search{?q,collection,limit}",
    "export": "GET /export{?collection,format}",
    "liveness": "GET /healthz",
    "readiness": "GET /readyz",
}


class Index:
    """`/`: what this service can be asked."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req)
        replies.send(resp, {"service": "gristmill", "version": VERSION, "calls": CALLS})

    on_head = on_get


class Healthz:
    """`/healthz`: this process answers. It says nothing about the others."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req)
        replies.send(resp, {"status": "ok"})

    on_head = on_get


class Readyz:
    """`/readyz`: a supervisor answers, makes progress and has room; otherwise a 503 that says
    what is wrong."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req)
        client = self._services.client
        problems = client.problems()
        if problems:
            worst = _BY_CODE[problems[0].code]
            raise worst(problems[0].message, problems=[p._asdict() for p in problems])
        if shortage := self._services.room.shortage():
            raise shortage
        replies.send(resp, {"status": "ready", "queue": client.stats()._asdict()})

    on_head = on_get
