"""What a search answers: hits, what it has to say of the query, and another query to try."""

import sqlite3

from gristmill.schemas.outcomes.documents import SearchAnswer
from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.searches.query import parse
from gristmill.storage.library.sqlite.searches.search import search
from gristmill.storage.library.sqlite.searches.suggesting import suggestion

_LENGTHENED = "nothing has these words: longer words that begin with them were looked for"


def answer(db: sqlite3.Connection, text: str, where: Condition | None, limit: int) -> SearchAnswer:
    """Where nothing is found, long words are looked for as beginnings of others; where that finds
    nothing either, words that are spelled nearly so are suggested. Raises InvalidQuery."""
    query = parse(text)
    if hits := search(db, query, where, limit):
        return SearchAnswer(hits, query.notes)
    if query.lengthened and (hits := search(db, query.lengthened, where, limit)):
        return SearchAnswer(hits, (*query.notes, _LENGTHENED))
    return SearchAnswer([], query.notes, suggestion(db, text, where))
