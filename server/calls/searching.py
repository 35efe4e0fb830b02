"""`search`: the best chunks for a query."""

from collections.abc import Sequence

import falcon

from gristmill.schemas.documents import SearchHit
from gristmill.schemas.views import SearchView
from gristmill.server.calls import library_table as table
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.messages import replies
from gristmill.server.services import Services
from gristmill.storage.library import Library
from gristmill.storage.library.roles import Within


def _search(services: Services, asked: Asked, resp: falcon.Response) -> None:
    query = asked[table.QUERY]
    hits = _best(services.library, query, asked.within, asked[table.HITS])
    replies.send(resp, SearchView(query, hits))


HANDLERS: Handlers = {table.SEARCH: _search}


def _best(library: Library, query: str, within: Within, limit: int) -> Sequence[SearchHit]:
    """The best hits. Of several collections each is searched, and the better score comes first."""
    if not isinstance(within, tuple):
        return library.search(query, collection=within, limit=limit)
    found = [
        hit
        for collection in within
        for hit in library.search(query, collection=collection, limit=limit)
    ]
    return sorted(found, key=lambda hit: -hit.score)[:limit] if len(within) > 1 else found
