"""`GET /search`."""

import falcon

from gristmill.schemas.errors import InvalidQuery
from gristmill.server.messages import parameters, replies
from gristmill.server.services import Services

DEFAULT_LIMIT = 10
MAX_QUERY_CHARS = 2000


class Search:
    """`/search`: the best chunks for a query."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req, "q", "collection", "limit")
        query = parameters.text(req, "q")
        if query is None:
            raise InvalidQuery("say what to look for: /search?q=words")
        if len(query) > MAX_QUERY_CHARS:
            raise InvalidQuery(f"the query has more than {MAX_QUERY_CHARS} characters")
        hits = self._services.library.search(
            query,
            collection=parameters.text(req, "collection"),
            limit=parameters.limit(req, DEFAULT_LIMIT),
        )
        replies.send(resp, {"query": query, "items": hits})

    on_head = on_get
