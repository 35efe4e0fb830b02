"""Full-text search: BM25 over titles, headings and texts of chunks."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from gristmill.schemas.ids import chunk_id
from gristmill.schemas.outcomes.documents import SearchHit
from gristmill.storage.library.regions_codec import unpacked
from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.database.word_index import INDEX, OLD_INDEX, still_left
from gristmill.storage.library.sqlite.reads.reading import split_headings
from gristmill.storage.library.sqlite.searches.query import Query, fold
from gristmill.storage.library.words.snippets import Marks, snippet

# Of title, headings and text. Each chunk of a document bears its title: were a title worth less in
# a long chunk than in a short one, as BM25 has it, the shortest chunk would be the best. With a
# weight as great as this one the length is lost in rounding. A word counts once, in the title or in
# the text; what a chunk itself says counts on top, and tells the chunks of a document apart. For
# that its headings count little: the outermost one is mostly the title again, in each chunk.
_BY_ALL = "bm25({index}, 1e18, 3.0, 1.0)"
_BY_TEXT = "bm25({index}, 0.0, 0.2, 1.0)"
_TEXT_ON_TOP = 0.5
_SLIGHT = 0.05
"""The share of its score that a chunk owes to its own text, and says nothing itself: it may still
hold "the" or "of"."""
_DOCUMENTS, _CHUNKS = 50, 1000
_TURN, _LATER_TURN = 3, 0.5
"""So many chunks of a document are shown before it is the others' turn: its next ones count half of
what they are worth, those after them a quarter."""

_SCORED = f"{_BY_ALL} AS all_, {_BY_TEXT} AS text_"
_ORDER = f"ORDER BY all_ + {_TEXT_ON_TOP} * text_, {{index}}.rowid LIMIT ?"
_RANKED = f"SELECT rowid, {_SCORED} FROM {{index}} WHERE {{index}} MATCH ?{{also}} {_ORDER}"
# CROSS JOIN is an order to SQLite: were the index asked once a chunk, each time it would go through
# all that the expression matches.
_PLACES = (
    " FROM {index} CROSS JOIN chunks ON chunks.id = {index}.rowid"
    " CROSS JOIN documents ON documents.id = chunks.document"
)
_RANKED_WHERE = (
    f"SELECT {{index}}.rowid, {_SCORED} {_PLACES} WHERE {{index}} MATCH ?"
    f" AND {{where}}{{also}} {_ORDER}"
)
_DOCUMENT = (
    "SELECT documents.id, documents.title, documents.first_chunk, documents.chunks FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id = ?"
)
_HITS = (
    "SELECT chunks.id, chunks.id - documents.first_chunk, documents.document_id, documents.uri,"
    " documents.title, chunks.text, chunks.headings, chunks.page,"
    " chunks.regions FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id IN ({rows})"
)


class Found(NamedTuple):
    """A chunk that an expression matches. `bare`: by its document's title alone."""

    row: int
    rank: float
    bare: bool
    expression: str
    document: int
    title: str | None
    lexical_rank: int | None = None
    vector_rank: int | None = None


def search(
    db: sqlite3.Connection, query: Query, where: Condition | None, limit: int
) -> list[SearchHit]:
    """The best chunks for a query, with what is told of them."""
    return hits_of(db, query, ranked(db, query, where, limit))


def ranked(
    db: sqlite3.Connection, query: Query, where: Condition | None, limit: int
) -> list[Found]:
    """The best chunks for a query. Those with all words come first; where they are fewer than
    `limit`, those with some of the words follow, and then what has none but in its title."""
    taken: Counter[int] = Counter()
    best, bare = _in_turn(_found(db, query.every, where, limit), taken)
    best = _titled_first(query, best)
    if query.some is not None and len(best) + len(bare) < limit:
        seen = {each.row for each in best + bare}
        found = _found(db, query.some, where, limit + len(seen))
        more, barer = _in_turn([each for each in found if each.row not in seen], taken)
        best += _titled_first(query, more)
        bare += barer
    return (best + bare)[:limit]


def _found(
    db: sqlite3.Connection, expression: str, where: Condition | None, limit: int
) -> list[Found]:
    """The best chunks, best first, of as many documents as may be needed."""
    rows = _ranked(db, expression, where, max(limit, _CHUNKS))
    found: list[Found] = []
    known: dict[range, tuple[int, str | None]] = {}
    for row, by_all, by_text in rows:
        chunks = next((chunks for chunks in known if row in chunks), None)
        if chunks is None:
            if len(known) == max(limit, _DOCUMENTS):
                break
            if (document := db.execute(_DOCUMENT, (row,)).fetchone()) is None:
                continue  # it went away since it was found
            id_, title, first, number = document
            chunks = range(first, first + number)
            known[chunks] = (id_, title)
        rank = by_all + _TEXT_ON_TOP * by_text
        found.append(Found(row, rank, by_text >= _SLIGHT * by_all, expression, *known[chunks]))
    return found


def _ranked(
    db: sqlite3.Connection, expression: str, where: Condition | None, count: int
) -> list[tuple[int, float, float]]:
    """The best chunks of both indexes, while one moves into the other."""
    sql, values = where or ("", ())
    statement = partial((_RANKED_WHERE if where else _RANKED).format, where=sql)
    given = (expression, *values, count)
    in_index = statement(index=INDEX, also="")
    if not still_left(db):
        return db.execute(in_index, given).fetchall()
    # Both as they are at one moment: what moves between two looks would be in neither.
    db.execute("BEGIN")
    try:
        rows = db.execute(in_index, given).fetchall()
        if left := still_left(db):
            also = f" AND {OLD_INDEX}.rowid >= {left.first} AND {OLD_INDEX}.rowid < {left.end}"
            rows += db.execute(statement(index=OLD_INDEX, also=also), given).fetchall()
    finally:
        db.execute("COMMIT")
    return sorted(rows, key=lambda row: row[1] + _TEXT_ON_TOP * row[2])[:count]


def _in_turn(found: list[Found], taken: Counter[int]) -> tuple[list[Found], list[Found]]:
    """Those worth showing, the first few of each document before more of any that are not twice as
    good; and those that say nothing of what was looked for. Of a document with nothing else, its
    beginning is worth showing."""
    beginnings: dict[int, Found] = {}
    for each in found:
        if each.bare and each.row <= beginnings.get(each.document, each).row:
            beginnings[each.document] = each
    turns: list[tuple[float, Found]] = []
    for each in found:
        already = taken[each.document]
        if each.bare and already:
            continue
        worthy = beginnings[each.document] if each.bare else each
        turns.append((each.rank * _LATER_TURN ** (already // _TURN), worthy))
        taken[each.document] += 1
    shown = {each.row for _, each in turns}
    best = [each for _, each in sorted(turns, key=itemgetter(0))]
    return best, [each for each in found if each.row not in shown]


def _titled_first(query: Query, found: list[Found]) -> list[Found]:
    """The best chunk of each document whose whole title is the query goes to the front: BM25
    alone would rather have one of a document with a longer title. Then those whose title is a
    number and the query, as files are often named (`0001-private-fields`)."""
    exact: list[Found] = []
    numbered: list[Found] = []
    rest: list[Found] = []
    seen: set[int] = set()
    for each in found:
        how = None if each.document in seen else titled(query, each)
        if how is None:
            rest.append(each)
            continue
        (exact if how == 0 else numbered).append(each)
        seen.add(each.document)
    return exact + numbered + rest


def titled(query: Query, found: Found) -> int | None:
    """Whether a chunk's document has the query as its whole title (0), or as all of it but a
    number before (1)."""
    words = fold(found.title) if found.title else ()
    if words == query.words:
        return 0
    return 1 if words[:1] and words[0].isdigit() and words[1:] == query.words else None


def hits_of(db: sqlite3.Connection, query: Query, shown: Sequence[Found]) -> list[SearchHit]:
    """What is told of chunks, in their order; what went away since it was found is left out."""
    found = db.execute(_HITS.format(rows=",".join(str(each.row) for each in shown)))
    rows: dict[int, tuple[Any, ...]] = {row[0]: row[1:] for row in found}
    marks = Marks(query.wanted)
    return [_hit(each, marks, *rows[each.row]) for each in shown if each.row in rows]


def _hit(
    each: Found,
    marks: Marks,
    ordinal: int,
    document: str,
    uri: str,
    title: str | None,
    text: str,
    headings: str | None,
    page: int | None,
    regions: bytes | None,
) -> SearchHit:
    shown = snippet(text, marks)
    return SearchHit(
        chunk_id(document, ordinal),
        document,
        uri,
        title,
        shown.snippet,
        split_headings(headings),
        page,
        -each.rank,
        text,
        shown.highlight,
        unpacked(regions),
        each.lexical_rank,
        each.vector_rank,
    )
