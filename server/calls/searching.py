"""`search`: the best chunks for a query."""

import falcon

from gristmill.schemas.views import SearchView
from gristmill.server.calls import library_table as table
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.shared_entries import COLLECTION
from gristmill.server.messages import replies
from gristmill.server.services import Services


def _search(services: Services, asked: Asked, resp: falcon.Response) -> None:
    query = asked[table.QUERY]
    hits = services.library.search(query, collection=asked[COLLECTION], limit=asked[table.HITS])
    replies.send(resp, SearchView(query, hits))


HANDLERS: Handlers = {table.SEARCH: _search}
