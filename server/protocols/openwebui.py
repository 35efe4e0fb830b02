"""`PUT /process`, as Open WebUI's external document loader asks it."""

from typing import Any
from urllib.parse import unquote

import falcon

from gristmill.schemas.drop_in.openwebui import LoadedDocument
from gristmill.schemas.rendering.forms import ContentForm
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.messages import replies
from gristmill.server.protocols.handing_in import Contents, Found, awaited, hand_in
from gristmill.server.protocols.raw_bodies import handed
from gristmill.server.protocols.tables import openwebui_table as table
from gristmill.server.services import Services


def _process(services: Services, asked: Asked, resp: falcon.Response) -> None:
    name = asked[table.FILENAME]
    document = handed(services, asked, None if name is None else unquote(name))
    job_id = hand_in(services, asked, "openwebui", iter([document]))
    resp.set_header("Location", f"/ingest/{job_id}")
    awaited(services, job_id)
    contents = Contents(services, job_id)
    loaded = [
        LoadedDocument(contents.written(each, ContentForm.MARKDOWN), _metadata(each))
        for each in contents.documents()
    ]
    replies.send(resp, loaded)


def _metadata(found: Found) -> dict[str, Any]:
    """What is known, and nothing that is not: Open WebUI shows all of it."""
    document = found.document
    known = {
        "source": found.name,
        "title": document.title,
        "media_type": document.media_type,
        "pages": document.pages,
        "document_id": document.document_id,
        "warnings": "; ".join(each.message for each in document.warnings) or None,
    }
    return {name: value for name, value in known.items() if value is not None}


HANDLERS: Handlers = {table.PROCESS: _process}
