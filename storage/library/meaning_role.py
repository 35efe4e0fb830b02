"""What the role of documents has beside it where they are found by meaning."""

from collections.abc import Sequence
from typing import Protocol

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.outcomes.documents import SearchAnswer
from gristmill.schemas.vector_search import KeptVectors, Near, Reranking, SearchMode, VectorModel
from gristmill.storage.library.roles import Documents, Within


class SemanticDocuments(Documents, Protocol):
    """Documents whose chunks may have vectors."""

    def search_by_meaning(
        self,
        query: str,
        *,
        collection: Within,
        limit: int,
        where: Filter | None = None,
        mode: SearchMode = SearchMode.HYBRID,
        nearest: Sequence[Near] = (),
        cursor: str | None = None,
        fields: Sequence[str] | None = None,
        rerank: Reranking | None = None,
    ) -> SearchAnswer:
        """A page of the chunks that are `nearest` to a query, by each model that was asked, and (in
        mode hybrid) those that have its words, fused by their ranks. What is no longer there, or
        does not pass, is left out. Raises InvalidQuery, InvalidCursor."""
        ...

    def vector_models(self, within: Within) -> list[VectorModel]:
        """The models that the vectors of these collections are of."""
        ...

    def vectors_of(self, collection: str, uri: str) -> KeptVectors | None:
        """What a document has of vectors; None where there is no such document."""
        ...
