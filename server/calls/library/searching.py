"""`search`: the best chunks for a query."""

from collections.abc import Sequence
from typing import Any, cast

import falcon

from gristmill.schemas.outcomes.documents import SearchHit
from gristmill.schemas.views import SearchView
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.bounds import looked_into
from gristmill.server.calls.library.faceting import facets_of
from gristmill.server.calls.tables import library_table as table
from gristmill.server.calls.tables.shared_entries import FILTER
from gristmill.server.messages import replies
from gristmill.server.services import Services


def _search(services: Services, asked: Asked, resp: falcon.Response) -> None:
    query, fields = asked[table.QUERY], asked[table.HIT_FIELDS]
    found = services.searcher.search(
        services.steady_library,
        query,
        collection=looked_into(services, asked),
        limit=asked[table.HITS],
        where=asked[FILTER],
        mode=asked[table.MODE],
        cursor=asked[table.SEARCH_CURSOR],
        fields=fields,
    )
    view = SearchView(
        query,
        _with_fields(found.items, fields),
        facets_of(services, asked, query),
        found.notes,
        found.did_you_mean,
        found.next,
        found.total,
        found.total_is_estimate,
        found.mode,
    )
    replies.send(resp, view)


HANDLERS: Handlers = {table.SEARCH: _search}


def _with_fields(hits: Sequence[SearchHit], fields: Sequence[str] | None) -> Sequence[SearchHit]:
    """Hits as they are shown: some of their fields, where it is said which."""
    if fields is None:
        return hits
    names = [name for name in SearchHit.__struct_fields__ if name == "chunk_id" or name in fields]
    shown: list[dict[str, Any]] = [{name: getattr(hit, name) for name in names} for hit in hits]
    return cast("Sequence[SearchHit]", shown)
