"""`search`: the best chunks for a query."""

from collections.abc import Callable, Sequence
from functools import partial

import falcon

from gristmill.schemas.documents import SearchHit
from gristmill.schemas.views import SearchView
from gristmill.server.calls import library_table as table
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.faceting import facets_of
from gristmill.server.calls.shared_entries import FILTER
from gristmill.server.messages import replies
from gristmill.server.services import Services
from gristmill.storage.library.roles import Within


def _search(services: Services, asked: Asked, resp: falcon.Response) -> None:
    query = asked[table.QUERY]
    search = partial(services.library.search, query, limit=asked[table.HITS], where=asked[FILTER])
    hits = _best(search, asked.within, asked[table.HITS])
    replies.send(resp, SearchView(query, hits, facets_of(services, asked, query)))


HANDLERS: Handlers = {table.SEARCH: _search}


def _best(
    search: Callable[..., list[SearchHit]], within: Within, limit: int
) -> Sequence[SearchHit]:
    """The best hits. Of several collections each is searched, and the better score comes first."""
    if not isinstance(within, tuple):
        return search(collection=within)
    found = [hit for collection in within for hit in search(collection=collection)]
    return sorted(found, key=lambda hit: -hit.score)[:limit] if len(within) > 1 else found
