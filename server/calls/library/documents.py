"""The calls on the library's documents."""

import falcon

from gristmill.schemas.collections_told import Deletion
from gristmill.schemas.ids import is_document_id
from gristmill.schemas.outcomes.documents import Document
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.trash import discarded
from gristmill.schemas.views import DocumentsView
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.bounds import looked_into, no_document
from gristmill.server.calls.library.faceting import facets_of
from gristmill.server.calls.tables import library_table as table
from gristmill.server.calls.tables.shared_entries import COLLECTION, FILTER, IF_DOCUMENTS, LIMIT
from gristmill.server.messages import cursors, replies
from gristmill.server.messages.cursors import ListKind
from gristmill.server.services import Services
from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.library.single_chunk import neighbours


def _documents(services: Services, asked: Asked, resp: falcon.Response) -> None:
    items, following = services.library.documents_page(
        collection=looked_into(services, asked),
        after=asked[table.DOCUMENTS_AFTER],
        limit=asked[LIMIT],
        where=asked[FILTER],
    )
    key = None if following is None else cursors.cursor(ListKind.DOCUMENTS, following)
    replies.send(resp, DocumentsView(items, key, facets_of(services, asked)))


def _document(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, existing(services, asked[table.DOCUMENT_ID]))


def _delete(services: Services, asked: Asked, resp: falcon.Response) -> None:
    document_id = asked[table.DOCUMENT_ID]
    existing(services, document_id)
    delete(services, document_id)
    resp.status = 204


def _chunks(services: Services, asked: Asked, resp: falcon.Response) -> None:
    document_id, limit, after = (
        asked[table.DOCUMENT_ID],
        asked[LIMIT],
        asked[table.CHUNKS_AFTER],
    )
    existing(services, document_id)
    found = services.library.chunks_page(document_id, after=after, limit=limit + 1)
    chunks, following = replies.cut(
        found, limit, lambda chunk: cursors.cursor(ListKind.CHUNKS, chunk.ordinal)
    )
    replies.send_page(resp, chunks, following)


def _chunk(services: Services, asked: Asked, resp: falcon.Response) -> None:
    document_id, number, context = (
        asked[table.DOCUMENT_ID],
        asked[table.CHUNK_NUMBER],
        asked[table.CONTEXT],
    )
    existing(services, document_id)
    replies.send(resp, neighbours(services.library, document_id, number, context))


def _delete_many(services: Services, asked: Asked, resp: falcon.Response) -> None:
    where, within = asked[FILTER], asked.within
    if where is None and asked[COLLECTION] is None:
        raise InvalidRequest("say which documents: DELETE /documents?filter= or ?collection=")
    marked = services.catalogue.delete_documents(within, where, asked[IF_DOCUMENTS])
    replies.send(resp, Deletion(marked), 202)


def _collections(services: Services, asked: Asked, resp: falcon.Response) -> None:
    limit = asked[LIMIT]
    found = services.library.collections_page(
        within=asked.caller.within(None), after=asked[table.COLLECTIONS_AFTER], limit=limit + 1
    )
    collections, following = replies.cut(
        found, limit, lambda each: cursors.cursor(ListKind.COLLECTIONS, each.collection)
    )
    replies.send_page(resp, collections, following)


HANDLERS: Handlers = {
    table.COLLECTIONS: _collections,
    table.DOCUMENTS: _documents,
    table.DOCUMENT: _document,
    table.CHUNKS: _chunks,
    table.CHUNK: _chunk,
    table.DELETE_DOCUMENT: _delete,
    table.DELETE_DOCUMENTS: _delete_many,
}


def existing(services: Services, document_id: str) -> Document:
    """A document of the library. Raises DocumentNotFound."""
    document = services.library.document(document_id) if is_document_id(document_id) else None
    if document is None:
        raise no_document(document_id)
    return document


def delete(services: Services, document_id: str) -> None:
    """Put a document into the trash, or remove it where there is none. Raises DocumentNotFound."""
    trash = discarded(services.settings.trash_days)

    def removed() -> bool:
        with services.stores.library() as library:
            return library.delete_document(document_id, trash)

    if not with_reserve(services.stores.folder.root, removed):
        raise no_document(document_id)
    if trash is None:
        services.stores.originals.drop(document_id)
