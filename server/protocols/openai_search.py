"""`POST /v1/vector_stores/{id}/search`: hits of one or several queries in a collection."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import falcon

from gristmill.pool.catalogue.known import expect_known, expect_known_in
from gristmill.schemas.drop_in.openai import (
    Attributes,
    StoreHit,
    StoreHits,
    StoreSearch,
    TextContent,
)
from gristmill.schemas.outcomes.documents import SearchHit
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.server.calls.asked import Asked
from gristmill.server.calls.json_bodies import json_body
from gristmill.server.calls.tables.library_table import QUERY
from gristmill.server.messages import replies
from gristmill.server.paths import collection_of
from gristmill.server.protocols.openai_filters import attributes_of, filter_of
from gristmill.server.protocols.tables import openai_table as table
from gristmill.server.services import Services


def search(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """Answer a search. Raises UnknownCollection, InvalidRequest, InvalidFilter, InvalidQuery."""
    wanted = json_body(services, asked, StoreSearch)
    if wanted.rewrite_query:
        raise InvalidRequest(
            "a query is searched as it is: leave out rewrite_query", param="rewrite_query"
        )
    collection, bounds = collection_of(asked[table.STORE]), asked.caller.collections
    where = None if wanted.filters is None else filter_of(wanted.filters)
    expect_known(services.library, services.client, collection, bounds)
    expect_known_in(services.library, services.client, where, bounds)
    queries = [wanted.query] if isinstance(wanted.query, str) else wanted.query
    found = [
        services.searcher.search(
            services.steady_library,
            QUERY.read(query),
            collection=collection,
            limit=wanted.max_num_results,
            where=where,
        ).items
        for query in queries
    ]
    hits = list(_by_turns(found))[: wanted.max_num_results]
    replies.send(resp, StoreHits(search_query=queries, data=list(_shown(services, hits))))


def _by_turns(found: Sequence[Sequence[SearchHit]]) -> Iterator[SearchHit]:
    """The best hit of each search, then the second ones: their scores do not compare."""
    seen = set()
    for rank in zip_longest(*found):
        for hit in rank:
            if hit is not None and hit.chunk_id not in seen:
                seen.add(hit.chunk_id)
                yield hit


def _shown(services: Services, hits: Sequence[SearchHit]) -> Iterator[StoreHit]:
    known: dict[str, Attributes | None] = {}
    for hit in hits:
        if hit.document_id not in known:
            document = services.library.document(hit.document_id)
            known[hit.document_id] = None if document is None else attributes_of(document)
        attributes = known[hit.document_id]
        if attributes is not None:  # else it was deleted since it was found
            text = (TextContent(hit.text),)
            yield StoreHit(hit.document_id, hit.uri, hit.score, attributes, text)
