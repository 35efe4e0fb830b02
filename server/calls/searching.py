"""`search`: the best chunks for a query."""

import falcon

from gristmill.schemas.views import SearchView
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.faceting import facets_of
from gristmill.server.calls.tables import library_table as table
from gristmill.server.calls.tables.shared_entries import FILTER
from gristmill.server.messages import replies
from gristmill.server.services import Services


def _search(services: Services, asked: Asked, resp: falcon.Response) -> None:
    query = asked[table.QUERY]
    found = services.searcher.search(
        services.library,
        query,
        collection=asked.within,
        limit=asked[table.HITS],
        where=asked[FILTER],
        mode=asked[table.MODE],
    )
    facets = facets_of(services, asked, query)
    replies.send(
        resp,
        SearchView(query, found.items, facets, found.notes, found.did_you_mean, found.mode),
    )


HANDLERS: Handlers = {table.SEARCH: _search}
