"""Counts of documents, as the library offers them."""

import sqlite3
from collections.abc import Sequence

from gristmill.schemas.filters.facets import Facet
from gristmill.schemas.filters.tree import Field, Filter
from gristmill.schemas.outcomes.documents import Collection
from gristmill.storage.library.database import Database
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.database.within import within as in_any
from gristmill.storage.library.sqlite.filters.filtering import compiled
from gristmill.storage.library.sqlite.reads import reading
from gristmill.storage.library.sqlite.searches.facets import Asked, facets


@in_plain_words
class Faceted:
    """Beside the rest of `Library`, whose connection it has."""

    _db: Database

    @property
    def _index(self) -> sqlite3.Connection:
        raise NotImplementedError

    def facets(
        self,
        fields: Sequence[Field],
        *,
        collection: Within,
        where: Filter | None = None,
        query: str | None = None,
    ) -> dict[str, Facet]:
        """What values the documents have that a list is of, or a search with a query, for each of
        these fields, and how many have each. Raises InvalidQuery."""
        asked = Asked(in_any(collection), None if where is None else compiled(where), query)
        return facets(self._index, fields, asked)

    def collections_page(
        self, *, within: Within, after: str | None, limit: int
    ) -> list[Collection]:
        """Up to `limit` collections that hold documents or have settings, by name, with names
        beyond `after`."""
        return reading.collections_page(self._db, within, after, limit)
