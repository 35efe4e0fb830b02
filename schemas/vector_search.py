"""What the search by meaning passes around."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

Ranked = tuple[tuple[int, float], ...]
"""Chunks by their row ids, the nearest first, each with the cosine of its angle to the query."""


DEPTH = 100
"""So many of the chunks that are found by words, and of the nearest, are fused."""


class Near(NamedTuple):
    """What is near by one model, and how many chunks it was chosen from: those with a vector that
    passed."""

    rows: Ranked
    passing: int


class Reranking(NamedTuple):
    """The first hits get another order: `most` of them, by scores for their texts; None where
    there are none just now."""

    most: int
    scores: Callable[[Sequence[str]], Sequence[float] | None]


class SearchMode(StrEnum):
    """`lexical`: by words (BM25). `vector`: by meaning. `hybrid`: by both, fused by ranks."""

    LEXICAL = "lexical"
    VECTOR = "vector"
    HYBRID = "hybrid"


class VectorModel(NamedTuple):
    """A model that vectors of the library are of: its `row` there, its name, `@` and what
    identifies its content; `query_prefix` is put before a query."""

    row: int
    model: str
    dimensions: int
    query_prefix: str

    @property
    def name(self) -> str:
        return self.model.partition("@")[0]

    @property
    def identity(self) -> str:
        return self.model.partition("@")[2]


class KeptVectors(NamedTuple):
    """The vectors of a document: of which model (None: of several, or of none), and how many, for
    how many chunks of which bytes and pipeline."""

    model: str | None
    vectors: int
    chunks: int
    sha256: str
    pipeline: str
