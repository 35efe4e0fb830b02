"""What is told of the chunks that a search found."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from gristmill.schemas.ids import chunk_id
from gristmill.schemas.outcomes.documents import SearchHit
from gristmill.storage.library.regions_codec import unpacked
from gristmill.storage.library.sqlite.reads.reading import split_headings
from gristmill.storage.library.sqlite.searches.query import Query
from gristmill.storage.library.words.snippets import Marks, snippet

_HITS = (
    "SELECT chunks.id, chunks.id - documents.first_chunk, documents.document_id, documents.uri,"
    " documents.title, chunks.text, chunks.headings, chunks.page,"
    " chunks.regions FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id IN ({rows})"
)


def hits(
    db: sqlite3.Connection, query: Query, shown: Sequence[tuple[int, float]]
) -> list[SearchHit]:
    """What is told of chunks, by row and rank, in their order; what went away since it was found
    is left out."""
    found = db.execute(_HITS.format(rows=",".join(str(row) for row, _ in shown)))
    rows: dict[int, tuple[Any, ...]] = {row[0]: row[1:] for row in found}
    marks = Marks(query.wanted)
    return [_hit(rank, marks, *rows[row]) for row, rank in shown if row in rows]


def _hit(
    rank: float,
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
        -rank,
        text,
        shown.highlight,
        unpacked(regions),
    )
