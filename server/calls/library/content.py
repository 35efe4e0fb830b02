"""The calls on what is in a document."""

import falcon

from gristmill.schemas.outcomes.documents import shows_pages
from gristmill.schemas.problems.content_errors import NoPageImages, OriginalNotKept, PageNotFound
from gristmill.schemas.rendering.forms import MEDIA_TYPES, ContentForm, TableForm
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.library.documents import existing
from gristmill.server.calls.tables import content_table as table
from gristmill.server.calls.tables.library_table import DOCUMENT_ID
from gristmill.server.messages import replies
from gristmill.server.services import Services
from gristmill.storage.library.changed import changes_of
from gristmill.storage.library.written import content_of, tables_in


def _content(services: Services, asked: Asked, resp: falcon.Response) -> None:
    form = asked[table.CONTENT_FORM] or ContentForm.MARKDOWN
    document = existing(services, asked[DOCUMENT_ID])
    _send(resp, content_of(services.library, document, form), form)


def _tables(services: Services, asked: Asked, resp: falcon.Response) -> None:
    form = asked[table.TABLE_FORM] or TableForm.JSON
    document = existing(services, asked[DOCUMENT_ID])
    _send(resp, tables_in(services.library, document, form), form)


def _table(services: Services, asked: Asked, resp: falcon.Response) -> None:
    form = asked[table.TABLE_FORM] or TableForm.JSON
    document = existing(services, asked[DOCUMENT_ID])
    _send(resp, tables_in(services.library, document, form, asked[table.TABLE_NUMBER]), form)


def _changes(services: Services, asked: Asked, resp: falcon.Response) -> None:
    context = asked[table.CONTEXT]
    document = existing(services, asked[DOCUMENT_ID])
    replies.send(resp, changes_of(services.library, document, context))


def _page(services: Services, asked: Asked, resp: falcon.Response) -> None:
    number, dpi = asked[table.PAGE_NUMBER], asked[table.DPI]
    document = existing(services, asked[DOCUMENT_ID])
    if not shows_pages(document.media_type):
        raise NoPageImages(f"{document.media_type} has no pages that can be shown")
    if not 1 <= number <= (document.pages or 1):
        raise PageNotFound(f"document {document.document_id} has no such page")
    originals = services.stores.originals
    kept = originals.path(document.document_id, document.sha256)
    if kept is None:
        raise OriginalNotKept(
            f"the bytes of document {document.document_id} are not kept; "
            "set keep_originals to yes, and ingest it again"
        )
    sandbox = services.settings.worker_sandbox != "off"
    with originals.as_file(kept) as path:
        image = services.page_images.png(path, document.media_type, number, dpi, sandbox=sandbox)
    resp.data = image
    resp.content_type = "image/png"


HANDLERS: Handlers = {
    table.CONTENT: _content,
    table.TABLES: _tables,
    table.TABLE: _table,
    table.CHANGES: _changes,
    table.PAGE: _page,
}


def _send(resp: falcon.Response, data: bytes, form: ContentForm | TableForm) -> None:
    resp.data = data
    resp.content_type = MEDIA_TYPES[form]
    resp.context.of_others = True
