"""The service's description of itself: OpenAPI, and a page to read it."""

import falcon

from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.tables import service_table as table
from gristmill.server.openapi import document, page
from gristmill.server.services import Services


def _openapi(services: Services, asked: Asked, resp: falcon.Response) -> None:
    resp.data = document.encoded(services.settings.root_path, tuple(services.settings.protocols))


def _docs(services: Services, asked: Asked, resp: falcon.Response) -> None:
    described = page.page(services.settings.root_path, tuple(services.settings.protocols))
    _send(resp, described, table.DOCS.answers[0].media_type)


def _docs_style(services: Services, asked: Asked, resp: falcon.Response) -> None:
    _send(resp, page.style(), table.DOCS_STYLE.answers[0].media_type)


HANDLERS: Handlers = {
    table.OPENAPI: _openapi,
    table.DOCS: _docs,
    table.DOCS_STYLE: _docs_style,
}


def _send(resp: falcon.Response, data: bytes, media_type: str) -> None:
    resp.data = data
    resp.content_type = media_type
