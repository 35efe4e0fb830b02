"""What a program may ask of searches."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from gristmill.pool.catalogue.known import expect_known, expect_known_in
from gristmill.pool.client import PoolClient
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import parsed
from gristmill.schemas.outcomes.documents import SearchAnswer, SearchHit
from gristmill.schemas.problems.errors import InvalidQuery, InvalidRequest
from gristmill.schemas.vector_search import SearchMode
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    from gristmill.pool.vector_search import Searcher


_MOST_HITS = 1000


class SearchFace:
    """A part of `IngestionWorker`."""

    stores: Stores
    client: PoolClient
    settings: Settings

    @cached_property
    def _searcher(self) -> "Searcher":
        # With the first search: whoever only submits needs no library.
        from gristmill.pool.vector_search import Searcher

        return Searcher(self.stores.folder.root, self.settings)

    def close_searcher(self) -> None:
        """End what searches have started."""
        if "_searcher" in self.__dict__:
            self._searcher.close()

    def search(
        self,
        query: str,
        *,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002
        limit: int = 10,
        mode: Literal["lexical", "vector", "hybrid"] | None = None,
    ) -> list[SearchHit]:
        """The best chunks for a query, the best first, of documents that pass a filter
        (docs/filtering.md). `mode`: by words, by meaning or by both; None: by both where there are
        vectors and their model can be reached (docs/semantic-search.md). Raises InvalidQuery,
        InvalidFilter, UnknownCollection, ModeUnavailable, SemanticSearchBusy."""
        where = parsed(filter) if filter else None
        wanted = _wanted(mode)
        _expect(query, limit)
        with self.stores.library(readonly=True) as library:
            expect_known(library, self.client, collection)
            expect_known_in(library, self.client, where)
            return self._searcher.all_hits(
                library, query, collection=collection, limit=limit, where=where, mode=wanted
            )

    def search_answer(
        self,
        query: str,
        *,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002
        limit: int = 10,
        mode: Literal["lexical", "vector", "hybrid"] | None = None,
        cursor: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> SearchAnswer:
        """A page of hits with their total, what there is to say of the query, and `next`, which is
        `cursor` for the page after it. Without `text` among `fields` hits have none; likewise
        `snippet` and `highlight`. Raises as `search` does, and InvalidCursor."""
        where = parsed(filter) if filter else None
        wanted = _wanted(mode)
        _expect(query, limit)
        with self.stores.library(readonly=True) as library:
            expect_known(library, self.client, collection)
            expect_known_in(library, self.client, where)
            return self._searcher.search(
                library,
                query,
                collection=collection,
                limit=limit,
                where=where,
                mode=wanted,
                cursor=cursor,
                fields=fields,
            )


def _wanted(mode: str | None) -> SearchMode | None:
    if mode is not None and mode not in list(SearchMode):
        raise InvalidRequest(f"mode must be one of {', '.join(SearchMode)}, not {mode!r}")
    return None if mode is None else SearchMode(mode)


def _expect(query: object, limit: object) -> None:
    if not isinstance(query, str):
        raise InvalidQuery(f"a query is a text, not {query!r}")
    if not isinstance(limit, int) or not 1 <= limit <= _MOST_HITS:
        raise InvalidRequest(f"limit must be a whole number from 1 to {_MOST_HITS}, not {limit!r}")
