"""The calls on the library's documents."""

import falcon

from gristmill.schemas.documents import Document
from gristmill.schemas.errors import DocumentNotFound
from gristmill.schemas.ids import is_document_id
from gristmill.server.messages import cursors, parameters, replies
from gristmill.server.messages.cursors import ListKind
from gristmill.server.services import Services


class Documents:
    """`/documents`: newest first."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req, "collection", "after", "limit")
        items, following = self._services.library.documents_page(
            collection=parameters.text(req, "collection"),
            after=cursors.key_after(ListKind.DOCUMENTS, parameters.text(req, "after")),
            limit=parameters.limit(req),
        )
        key = None if following is None else cursors.cursor(ListKind.DOCUMENTS, following)
        replies.send_page(resp, items, key)

    on_head = on_get


class OneDocument:
    """`/documents/{document_id}`: look at a document, delete it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_get(self, req: falcon.Request, resp: falcon.Response, document_id: str) -> None:
        parameters.check(req)
        replies.send(resp, existing(self._services, document_id))

    on_head = on_get

    def on_delete(self, req: falcon.Request, resp: falcon.Response, document_id: str) -> None:
        parameters.check(req)
        existing(self._services, document_id)
        with self._services.stores.library() as library:
            if not library.delete_document(document_id):
                raise _absent(document_id)
        resp.status = 204


class Chunks:
    """`/documents/{document_id}/chunks`: in the document's order."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_get(self, req: falcon.Request, resp: falcon.Response, document_id: str) -> None:
        parameters.check(req, "after", "limit")
        limit = parameters.limit(req)
        after = cursors.ordinal_after(ListKind.CHUNKS, parameters.text(req, "after"))
        existing(self._services, document_id)
        found = self._services.library.chunks_page(document_id, after=after, limit=limit + 1)
        chunks, following = replies.cut(
            found, limit, lambda chunk: cursors.cursor(ListKind.CHUNKS, chunk.ordinal)
        )
        replies.send_page(resp, chunks, following)

    on_head = on_get


def existing(services: Services, document_id: str) -> Document:
    """A document of the library. Raises DocumentNotFound."""
    document = services.library.document(document_id) if is_document_id(document_id) else None
    if document is None:
        raise _absent(document_id)
    return document


def _absent(document_id: str) -> DocumentNotFound:
    return DocumentNotFound(f"the library has no document {document_id!r}")
