"""`/v1/convert`, as clients of docling-serve ask it."""

import time

import falcon

from gristmill.schemas.drop_in.docling import DoclingHealth
from gristmill.schemas.problems.protocol_errors import ConversionTimedOut, StillReading
from gristmill.schemas.version import VERSION
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.messages import replies
from gristmill.server.protocols import docling_tasks
from gristmill.server.protocols.docling_answers import converted
from gristmill.server.protocols.forms import handed_by_form
from gristmill.server.protocols.handing_in import awaited, hand_in
from gristmill.server.protocols.tables import docling_table as table
from gristmill.server.services import Services


def _convert(services: Services, asked: Asked, resp: falcon.Response) -> None:
    began = time.monotonic()
    job_id = hand_in(services, asked, "docling", handed_by_form(services, asked))
    resp.set_header("Location", f"/ingest/{job_id}")
    try:
        awaited(services, job_id)
    except StillReading as error:
        raise ConversionTimedOut(error.message, job_id=job_id) from None
    replies.send(resp, converted(services, job_id, time.monotonic() - began))


def _health(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, DoclingHealth())


def _version(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, {"gristmill": VERSION})


HANDLERS: Handlers = {
    table.CONVERT: _convert,
    table.SUBMIT: docling_tasks.submit,
    table.POLL: docling_tasks.poll,
    table.RESULT: docling_tasks.result,
    table.HEALTH: _health,
    table.VERSION: _version,
}
