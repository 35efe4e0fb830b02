"""Vector stores and their files, as clients of OpenAI look at them."""

from collections.abc import Iterator
from itertools import dropwhile, islice

import falcon

from gristmill.pool.catalogue.known import expect_known
from gristmill.schemas.drop_in.openai import (
    FileCounts,
    FileDeleted,
    StoreFile,
    StoreFilePage,
    VectorStore,
    VectorStorePage,
)
from gristmill.schemas.filters import parsed
from gristmill.schemas.ids import is_document_id
from gristmill.schemas.outcomes.documents import Document
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.bounds import no_document
from gristmill.server.calls.library.documents import delete, existing
from gristmill.server.messages import replies
from gristmill.server.paths import collection_of, store_id_of
from gristmill.server.protocols import openai_search
from gristmill.server.protocols.openai_filters import attributes_of
from gristmill.server.protocols.tables import openai_table as table
from gristmill.server.services import Services

_AT_ONCE = 101
"""Documents that are read at once: a page of the longest kind, and one that tells of the next."""


def _stores(services: Services, asked: Asked, resp: falcon.Response) -> None:
    limit, after = asked[table.LIMIT], asked[table.AFTER]
    found = services.library.collections_page(
        within=asked.caller.within(None),
        after=None if after is None else collection_of(after),
        limit=limit + 1,
    )
    stores = [_store(each.collection, each.documents, each.bytes) for each in found[:limit]]
    first, last = _ends(stores)
    page = VectorStorePage(data=stores, first_id=first, last_id=last, has_more=len(found) > limit)
    replies.send(resp, page)


def _one_store(services: Services, asked: Asked, resp: falcon.Response) -> None:
    found = services.catalogue.state(collection_of(asked[table.STORE]), asked.caller.collections)
    made, changed = found.created_at, found.changed_at
    store = _store(
        found.collection,
        found.documents,
        found.bytes,
        0 if made is None else int(made.timestamp()),
        None if changed is None else int(changed.timestamp()),
    )
    replies.send(resp, store)


def _files(services: Services, asked: Asked, resp: falcon.Response) -> None:
    limit, collection = asked[table.LIMIT], collection_of(asked[table.STORE])
    _ = asked[table.ORDER]  # it has one value, and others are refused
    expect_known(services.library, services.client, collection, asked.caller.collections)
    found: list[Document] = []
    if asked[table.STATUS] in (None, table.FileStatus.COMPLETED):
        found = list(islice(_documents(services, collection, asked[table.AFTER]), limit + 1))
    files = [_file(each) for each in found[:limit]]
    first, last = _ends(files)
    page = StoreFilePage(data=files, first_id=first, last_id=last, has_more=len(found) > limit)
    replies.send(resp, page)


def _one_file(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, _file(_own(services, asked)))


def _delete_file(services: Services, asked: Asked, resp: falcon.Response) -> None:
    document_id = _own(services, asked).document_id
    delete(services, document_id)
    replies.send(resp, FileDeleted(document_id))


HANDLERS: Handlers = {
    table.STORES: _stores,
    table.ONE_STORE: _one_store,
    table.SEARCH: openai_search.search,
    table.FILES: _files,
    table.ONE_FILE: _one_file,
    table.DELETE_FILE: _delete_file,
}


def _own(services: Services, asked: Asked) -> Document:
    """The document that is asked for. Raises DocumentNotFound for one of another collection."""
    found = existing(services, asked[table.FILE])
    if found.collection != collection_of(asked[table.STORE]):
        raise no_document(asked[table.FILE])
    return found


def _documents(services: Services, collection: str, after: str | None) -> Iterator[Document]:
    """The documents of a collection, newest first, beyond one of them. Raises InvalidCursor where
    that is none of them."""
    where = None
    if after is not None:
        last = services.library.document(after) if is_document_id(after) else None
        if last is None or last.collection != collection:
            raise InvalidCursor(f"after={after!r} is no file of the vector store {collection!r}")
        # Documents of one moment have an order of their own: those before it are passed over.
        where = parsed(f"ingested_at <= {last.ingested_at:%Y-%m-%dT%H:%M:%S.%fZ}")

    def pages() -> Iterator[Document]:
        key = None
        while True:
            items, key = services.library.documents_page(
                collection=collection, after=key, limit=_AT_ONCE, where=where
            )
            yield from items
            if key is None:
                return

    if after is None:
        return pages()
    return islice(dropwhile(lambda each: each.document_id != after, pages()), 1, None)


def _store(
    collection: str, documents: int, size: int, made: int = 0, changed: int | None = None
) -> VectorStore:
    return VectorStore(
        id=store_id_of(collection),
        name=collection,
        created_at=made,
        last_active_at=changed,
        usage_bytes=size,
        file_counts=FileCounts(completed=documents, total=documents),
    )


def _file(document: Document) -> StoreFile:
    return StoreFile(
        id=document.document_id,
        vector_store_id=store_id_of(document.collection),
        filename=document.uri,
        created_at=int(document.ingested_at.timestamp()),
        attributes=attributes_of(document),
    )


def _ends(items: list[VectorStore] | list[StoreFile]) -> tuple[str | None, str | None]:
    return (items[0].id, items[-1].id) if items else (None, None)
