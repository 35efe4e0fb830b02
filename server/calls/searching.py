"""`search`: the best chunks for a query."""

import falcon

from gristmill.schemas.documents import SearchAnswer
from gristmill.schemas.views import SearchView
from gristmill.server.calls import library_table as table
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.messages import replies
from gristmill.server.services import Services
from gristmill.storage.library import Library
from gristmill.storage.library.roles import Within


def _search(services: Services, asked: Asked, resp: falcon.Response) -> None:
    query = asked[table.QUERY]
    found = _best(services.library, query, asked.within, asked[table.HITS])
    replies.send(resp, SearchView(query, found.items, found.notes, found.did_you_mean))


HANDLERS: Handlers = {table.SEARCH: _search}


def _best(library: Library, query: str, within: Within, limit: int) -> SearchAnswer:
    """The best hits. Of several collections each is searched, and the better score comes first."""
    if not isinstance(within, tuple):
        return library.search_answer(query, collection=within, limit=limit)
    answers = [library.search_answer(query, collection=each, limit=limit) for each in within]
    hits = [hit for answer in answers for hit in answer.items]
    if len(within) > 1:
        hits = sorted(hits, key=lambda hit: -hit.score)[:limit]
    telling = [answer for answer in answers if answer.items] or answers
    notes = dict.fromkeys(note for answer in telling for note in answer.notes)
    others = None if hits else next(filter(None, (each.did_you_mean for each in answers)), None)
    return SearchAnswer(hits, tuple(notes), others)
