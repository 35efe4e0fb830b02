"""The search by meaning, as the library offers it."""

import sqlite3
from collections.abc import Sequence

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.outcomes.documents import SearchAnswer
from gristmill.schemas.vector_search import Ranked
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.filters.filtering import chosen
from gristmill.storage.library.sqlite.searches import by_meaning


@in_plain_words
class ByMeaning:
    """Beside the rest of `Library`, whose connection it has."""

    _db: sqlite3.Connection

    def search_by_meaning(
        self,
        query: str,
        *,
        collection: Within,
        limit: int,
        where: Filter | None = None,
        nearest: Sequence[Ranked] = (),
        lexical: bool = True,
    ) -> SearchAnswer:
        """The chunks that are `nearest` to a query, by each model that was asked, and (`lexical`)
        those that have its words, fused by their ranks. Raises InvalidQuery."""
        return by_meaning.answer(
            self._db, query, chosen(collection, where), limit, nearest, lexical=lexical
        )
