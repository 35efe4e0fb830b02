"""Searches, as the library offers them."""

import sqlite3
from collections.abc import Sequence

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.outcomes.documents import SearchAnswer, SearchHit
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.filters.filtering import chosen
from gristmill.storage.library.sqlite.searches import answering


@in_plain_words
class Searched:
    """Beside the rest of `Library`, which has its index."""

    @property
    def _index(self) -> sqlite3.Connection:
        raise NotImplementedError

    def search(
        self, query: str, *, collection: Within, limit: int, where: Filter | None = None
    ) -> list[SearchHit]:
        """The best chunks for a query, of documents that pass a filter, best first. Raises
        InvalidQuery."""
        return answering.all_hits(self._index, query, chosen(collection, where), limit)

    def search_answer(
        self,
        query: str,
        *,
        collection: Within,
        limit: int,
        where: Filter | None = None,
        cursor: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> SearchAnswer:
        """A page of the same, with what there is to say of the query. `fields`: hits have no text,
        snippet or highlight unless they are among these. Raises InvalidCursor, too, where `cursor`
        is not `next` of a page of this very search."""
        return answering.answer(
            self._index, query, chosen(collection, where), limit, cursor, fields
        )
