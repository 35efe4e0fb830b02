"""Full-text search: BM25 over titles, headings and texts of chunks."""

import html
import re
import sqlite3

from gristmill.schemas.documents import SearchHit
from gristmill.schemas.ids import chunk_id
from gristmill.storage.library.query import Query, fold, parse
from gristmill.storage.library.reading import split_headings

# Somebody who types a title wants that document: a word in it outweighs many in the text.
_WEIGHTS = "10.0, 3.0, 1.0"
_CANDIDATES = 50
_SNIPPET_TOKENS = 32
_OPEN, _CLOSE = "\x02", "\x03"
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_STRAY = re.compile(f"[{_OPEN}{_CLOSE}]")

_RANKED = (
    f"SELECT rowid, bm25(fts, {_WEIGHTS}) AS rank_ FROM fts WHERE fts MATCH ?"
    " ORDER BY rank_, rowid LIMIT ?"
)
_RANKED_IN_COLLECTION = (
    f"SELECT fts.rowid, bm25(fts, {_WEIGHTS}) AS rank_ FROM fts"
    " JOIN chunks ON chunks.id = fts.rowid JOIN documents ON documents.id = chunks.document"
    " WHERE fts MATCH ? AND documents.collection = ? ORDER BY rank_, fts.rowid LIMIT ?"
)
_TITLE = (
    "SELECT documents.title, documents.id FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id = ?"
)
_HIT = (
    "SELECT chunks.id - documents.first_chunk, documents.document_id, documents.uri,"
    f" documents.title, snippet(fts, 2, '{_OPEN}', '{_CLOSE}', '…', {_SNIPPET_TOKENS}),"
    " chunks.headings, chunks.page FROM fts JOIN chunks ON chunks.id = fts.rowid"
    " JOIN documents ON documents.id = chunks.document WHERE fts MATCH ? AND fts.rowid = ?"
)


def search(
    db: sqlite3.Connection, text: str, collection: str | None, limit: int
) -> list[SearchHit]:
    """The best chunks for a query. Those with all words come first; where they are fewer than
    `limit`, those with some of the words follow. Raises InvalidQuery."""
    query = parse(text)
    found = _titled_first(db, query, _ranked(db, query.every, collection, limit))[:limit]
    hits = [_hit(db, query.every, row, rank) for row, rank in found]
    if query.some is not None and len(found) < limit:
        seen = {row for row, _ in found}
        more = _titled_first(db, query, _ranked(db, query.some, collection, limit + len(seen)))
        rest = [(row, rank) for row, rank in more if row not in seen][: limit - len(found)]
        hits += [_hit(db, query.some, row, rank) for row, rank in rest]
    return [hit for hit in hits if hit is not None]


def _ranked(
    db: sqlite3.Connection, expression: str, collection: str | None, limit: int
) -> list[tuple[int, float]]:
    count = max(limit, _CANDIDATES)
    if collection is None:
        return db.execute(_RANKED, (expression, count)).fetchall()
    return db.execute(_RANKED_IN_COLLECTION, (expression, collection, count)).fetchall()


def _titled_first(
    db: sqlite3.Connection, query: Query, found: list[tuple[int, float]]
) -> list[tuple[int, float]]:
    """The best chunk of each document whose whole title is the query goes to the front: BM25
    alone would rather have a short chunk of a document with a longer title. Then those whose
    title is a number and the query, as files are often named (`0001-private-fields`)."""
    exact, numbered, rest, seen = [], [], [], set()
    for row, rank in found:
        title, document = db.execute(_TITLE, (row,)).fetchone() or (None, None)
        words = fold(title) if title and document not in seen else ()
        if words == query.words:
            exact.append((row, rank))
        elif words[:1] and words[0].isdigit() and words[1:] == query.words:
            numbered.append((row, rank))
        else:
            rest.append((row, rank))
            continue
        seen.add(document)
    return exact + numbered + rest


def _hit(db: sqlite3.Connection, expression: str, row: int, rank: float) -> SearchHit | None:
    """None where the chunk went away since it was found."""
    found = db.execute(_HIT, (expression, row)).fetchone()
    if found is None:
        return None
    ordinal, document, uri, title, snippet, headings, page = found
    return SearchHit(
        chunk_id(document, ordinal),
        document,
        uri,
        title,
        _marked_up(snippet),
        split_headings(headings),
        page,
        -rank,
    )


def _marked_up(snippet: str) -> str:
    """HTML in which nothing is markup but the `<mark>` around each hit. The text itself may hold
    the characters that we mark with: only pairs count, strays go."""
    return _STRAY.sub("", _MARKED.sub(r"<mark>\1</mark>", html.escape(snippet)))
