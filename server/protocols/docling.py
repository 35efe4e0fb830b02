"""`/v1/convert`, as clients of docling-serve ask it."""

import time

import falcon

from gristmill.schemas.drop_in.docling import (
    ConversionError,
    ConversionStatus,
    ConvertDocumentResponse,
    ConvertedDocument,
    DoclingHealth,
)
from gristmill.schemas.problems.protocol_errors import ConversionTimedOut, StillReading
from gristmill.schemas.rendering.forms import ContentForm
from gristmill.schemas.version import VERSION
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.messages import replies
from gristmill.server.protocols.forms import handed_by_form
from gristmill.server.protocols.handing_in import Contents, awaited, hand_in
from gristmill.server.protocols.tables import docling_table as table
from gristmill.server.services import Services

_BETWEEN = "\n\n"
"""Documents of one archive or mail."""


def _convert(services: Services, asked: Asked, resp: falcon.Response) -> None:
    began = time.monotonic()
    job_id = hand_in(services, asked, "docling", handed_by_form(services, asked))
    resp.set_header("Location", f"/ingest/{job_id}")
    try:
        awaited(services, job_id)
    except StillReading as error:
        raise ConversionTimedOut(error.message, job_id=job_id) from None
    replies.send(resp, _converted(services, job_id, time.monotonic() - began))


def _converted(services: Services, job_id: str, seconds: float) -> ConvertDocumentResponse:
    contents = Contents(services, job_id)
    documents = contents.documents()

    def all_as(form: ContentForm) -> str:
        return _BETWEEN.join(contents.written(each, form) for each in documents)

    return ConvertDocumentResponse(
        document=ConvertedDocument(
            filename=documents[0].name,
            md_content=all_as(ContentForm.MARKDOWN),
            html_content=all_as(ContentForm.HTML),
            text_content=all_as(ContentForm.TEXT),
        ),
        status=(ConversionStatus.PARTIAL_SUCCESS if contents.failed else ConversionStatus.SUCCESS),
        errors=[
            ConversionError(module_name=row.code or "", error_message=row.message or "")
            for row in contents.failed
        ],
        processing_time=round(seconds, 6),
    )


def _health(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, DoclingHealth())


def _version(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, {"gristmill": VERSION})


HANDLERS: Handlers = {
    table.CONVERT: _convert,
    table.HEALTH: _health,
    table.VERSION: _version,
}
