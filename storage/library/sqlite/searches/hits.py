"""What is told of the chunks that a search found."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from gristmill.schemas.ids import chunk_id
from gristmill.schemas.outcomes.documents import SearchHit
from gristmill.storage.library.regions_codec import unpacked
from gristmill.storage.library.sqlite.reads.reading import split_headings
from gristmill.storage.library.sqlite.searches.query import Query
from gristmill.storage.library.words.snippets import Marks, Shown, snippet

_HITS = (
    "SELECT chunks.id, chunks.id - documents.first_chunk, documents.document_id, documents.uri,"
    " documents.title, chunks.text, chunks.headings, chunks.page,"
    " chunks.regions FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id IN ({rows})"
)

_ALL = SearchHit.__struct_fields__
_SHOWN = frozenset({"snippet", "highlight"})


class Placed(Protocol):
    """A chunk that was found: its row, and the less its rank, the better; where it stands in the
    orders by words and by nearness."""

    @property
    def row(self) -> int: ...

    @property
    def rank(self) -> float: ...

    @property
    def lexical_rank(self) -> int | None: ...

    @property
    def vector_rank(self) -> int | None: ...

    @property
    def rerank_score(self) -> float | None: ...


_Placed = TypeVar("_Placed", bound=Placed)


def hits(
    db: sqlite3.Connection,
    query: Query,
    found: Sequence[_Placed],
    fields: Sequence[str] | None = None,
) -> list[tuple[_Placed, SearchHit]]:
    """What is told of chunks, in their order; what went away since it was found is left out. With
    `fields`, the text and what is shown of it are empty unless they are among these."""
    numbers = ",".join(str(each.row) for each in found)
    rows: dict[int, tuple[Any, ...]] = {
        row[0]: row[1:] for row in db.execute(_HITS.format(rows=numbers))
    }
    wanted = _ALL if fields is None else fields
    marks = Marks(query.wanted) if not _SHOWN.isdisjoint(wanted) else None
    told = [(each, _hit(each, marks, *rows[each.row])) for each in found if each.row in rows]
    if "text" in wanted:
        return told
    return [(each, msgspec.structs.replace(hit, text="")) for each, hit in told]


def _hit(
    placed: Placed,
    marks: Marks | None,
    ordinal: int,
    document: str,
    uri: str,
    title: str | None,
    text: str,
    headings: str | None,
    page: int | None,
    regions: bytes | None,
) -> SearchHit:
    shown = Shown("", ()) if marks is None else snippet(text, marks)
    return SearchHit(
        chunk_id(document, ordinal),
        document,
        uri,
        title,
        shown.snippet,
        split_headings(headings),
        page,
        -placed.rank,
        text,
        shown.highlight,
        unpacked(regions),
        placed.lexical_rank,
        placed.vector_rank,
        placed.rerank_score,
    )
