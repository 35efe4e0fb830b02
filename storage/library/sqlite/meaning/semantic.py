"""The search by meaning, as the library offers it."""

import sqlite3
from collections.abc import Sequence

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.outcomes.documents import SearchAnswer
from gristmill.schemas.vector_search import Near, Reranking, SearchMode
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.filters.filtering import chosen
from gristmill.storage.library.sqlite.meaning import fused_search


@in_plain_words
class ByMeaning:
    """Beside the rest of `Library`, which has its index."""

    @property
    def _index(self) -> sqlite3.Connection:
        raise NotImplementedError

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
        mode hybrid) those that have its words, fused by their ranks. Raises InvalidQuery,
        InvalidCursor."""
        condition = chosen(collection, where)
        asked = fused_search.Asked(query, condition, mode, limit, cursor, fields)
        return fused_search.answer(self._index, asked, nearest, rerank)
