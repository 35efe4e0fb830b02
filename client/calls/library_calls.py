"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from gristmill.client.asks import Ask, Form, part
from gristmill.schemas.collections_told import Deletion
from gristmill.schemas.outcomes.documents import Chunk, Collection, Document, ExportRow
from gristmill.schemas.views import ChunkView, DocumentsView, PageView, SearchView

if TYPE_CHECKING:
    from gristmill.schemas.exports import ExportForm, ExportIds
    from gristmill.schemas.vector_search import SearchMode


def documents(
    *,
    collection: str | None = None,
    filter: str | None = None,
    facets: str | Sequence[str] | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Ask[DocumentsView]:
    """Documents, newest first.

    `collection`: Only what is in this collection.

    `filter`: Only documents that pass this.

    `facets`: Count the values of these fields.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET",
        "/documents",
        Form.JSON,
        {200: DocumentsView},
        query={
            "collection": collection,
            "filter": filter,
            "facets": facets,
            "after": after,
            "limit": limit,
        },
    )


def document(document_id: str) -> Ask[Document]:
    """A document, without its text.

    `document_id`: The document.
    """
    return Ask("GET", f"/documents/{part('document_id', document_id)}", Form.JSON, {200: Document})


def chunks(
    document_id: str, *, after: str | None = None, limit: int | None = None
) -> Ask[PageView[Chunk]]:
    """The chunks of a document, in its order.

    `document_id`: The document.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET",
        f"/documents/{part('document_id', document_id)}/chunks",
        Form.JSON,
        {200: PageView[Chunk]},
        query={"after": after, "limit": limit},
    )


def chunk(document_id: str, number: int, *, context: int | None = None) -> Ask[ChunkView]:
    """A chunk by its id, with its neighbours on request.

    `document_id`: The document.

    `number`: The chunk's ordinal in its document.

    `context`: So many chunks before it, and after it, as well.
    """
    return Ask(
        "GET",
        f"/chunks/{part('document_id', document_id)}-{part('number', number)}",
        Form.JSON,
        {200: ChunkView},
        query={"context": context},
    )


def delete_document(document_id: str) -> Ask[None]:
    """Take a document and its chunks out of the library.

    `document_id`: The document.
    """
    return Ask("DELETE", f"/documents/{part('document_id', document_id)}", Form.JSON, {204: None})


def delete_documents(
    *, collection: str | None = None, filter: str | None = None, if_documents: int | None = None
) -> Ask[Deletion]:
    """Take the documents that pass a filter, or are in a collection, out of the library.

    `collection`: Only what is in this collection.

    `filter`: Only documents that pass this.

    `if_documents`: How many documents you mean to delete: where there are others, none is,
    and the answer says how many there are.
    """
    return Ask(
        "DELETE",
        "/documents",
        Form.JSON,
        {202: Deletion},
        query={"collection": collection, "filter": filter, "if_documents": if_documents},
    )


def search(
    q: str,
    *,
    collection: str | None = None,
    filter: str | None = None,
    facets: str | Sequence[str] | None = None,
    mode: SearchMode | Literal["lexical", "vector", "hybrid"] | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Ask[SearchView]:
    """The best chunks for a query, the best first.

    `q`: What to look for: words, "phrases", up to 8 `begins*`, `-without`, `title:word`; the
    first 64 words count.

    `collection`: Only what is in this collection.

    `filter`: Only documents that pass this.

    `facets`: Count the values of these fields.

    `mode`: By words (`lexical`), by meaning (`vector`) or by both (`hybrid`); without it, by
    both where the collection has vectors and the model that made them can be reached, else by
    words.

    `limit`: The most hits of one page.

    `cursor`: Where the page begins: after the page that gave it, of the same search, whose
    mode it has.
    """
    return Ask(
        "GET",
        "/search",
        Form.JSON,
        {200: SearchView},
        query={
            "q": q,
            "collection": collection,
            "filter": filter,
            "facets": facets,
            "mode": mode,
            "limit": limit,
            "cursor": cursor,
        },
    )


def export(
    *,
    collection: str | None = None,
    filter: str | None = None,
    format: ExportForm | Literal["jsonl", "flat", "csv", "parquet"] | None = None,
    ids: ExportIds | Literal["own", "uuid"] | None = None,
) -> Ask[ExportRow]:
    """Every chunk with what is worth knowing of its document.

    `collection`: Only what is in this collection.

    `filter`: Only documents that pass this.

    `format`: How chunks are written; `flat` is JSON Lines without nested values, `parquet`
    needs an extra.

    `ids`: What chunks and documents are called; `uuid`: by a UUID that follows from the id.
    """
    return Ask(
        "GET",
        "/export",
        Form.LINES,
        {200: ExportRow},
        query={"collection": collection, "filter": filter, "format": format, "ids": ids},
    )


def collections(*, after: str | None = None, limit: int | None = None) -> Ask[PageView[Collection]]:
    """Collections that hold documents or have settings, by name, with their sizes.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET",
        "/collections",
        Form.JSON,
        {200: PageView[Collection]},
        query={"after": after, "limit": limit},
    )
