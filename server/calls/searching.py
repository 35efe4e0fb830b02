"""`search`: the best chunks for a query."""

from collections.abc import Callable
from functools import partial

import falcon

from gristmill.schemas.outcomes.documents import SearchAnswer
from gristmill.schemas.vector_search import SearchMode
from gristmill.schemas.views import SearchView
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.faceting import facets_of
from gristmill.server.calls.tables import library_table as table
from gristmill.server.calls.tables.shared_entries import FILTER
from gristmill.server.messages import replies
from gristmill.server.services import Services
from gristmill.storage.library.roles import Within


def _search(services: Services, asked: Asked, resp: falcon.Response) -> None:
    query = asked[table.QUERY]
    search = partial(
        services.searcher.search,
        services.library,
        query,
        limit=asked[table.HITS],
        where=asked[FILTER],
        mode=asked[table.MODE],
    )
    found = _best(search, asked.within, asked[table.HITS])
    facets = facets_of(services, asked, query)
    replies.send(
        resp,
        SearchView(query, found.items, facets, found.notes, found.did_you_mean, found.mode),
    )


HANDLERS: Handlers = {table.SEARCH: _search}


def _best(search: Callable[..., SearchAnswer], within: Within, limit: int) -> SearchAnswer:
    """The best hits. Of several collections each is searched, and the better score comes first."""
    if not isinstance(within, tuple):
        return search(collection=within)
    answers = [search(collection=each) for each in within]
    hits = [hit for answer in answers for hit in answer.items]
    if len(within) > 1:
        hits = sorted(hits, key=lambda hit: -hit.score)[:limit]
    telling = [answer for answer in answers if answer.items] or answers
    notes = dict.fromkeys(note for answer in telling for note in answer.notes)
    others = None if hits else next(filter(None, (each.did_you_mean for each in answers)), None)
    mode = next((each.mode for each in telling), SearchMode.LEXICAL)
    return SearchAnswer(hits, tuple(notes), others, mode)
