"""A search in the mode that is wanted, or in the best one that can be served."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from gristmill.pool.vector_search.messages import FindNearest, Found, Question, Rerank
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.outcomes.documents import SearchAnswer, SearchHit
from gristmill.schemas.problems.errors import GristmillError
from gristmill.schemas.problems.vector_errors import (
    ModeUnavailable,
    SemanticSearchBusy,
    not_installed,
)
from gristmill.schemas.steps import embed_models
from gristmill.schemas.vector_search import DEPTH, Near, Reranking, SearchMode, VectorModel
from gristmill.storage.library import MOST_HITS, Place, is_narrowed, meant

if TYPE_CHECKING:
    from gristmill.pool.vector_search.process import Program, VectorProcess
    from gristmill.storage.library import SemanticDocuments
    from gristmill.storage.library.roles import Within

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
_ASKED_CHARS = 2000
_READ_CHARS = 20_000
"""Of a text that is ranked again: a model reads less of it."""


class _Asked(NamedTuple):
    query: str
    collection: "Within"
    where: Filter | None
    limit: int
    cursor: str | None
    fields: Sequence[str] | None


class Searcher:
    """Answers searches from libraries that are handed in. Starts the process that knows vectors
    when it is needed; one that keeps dying is left alone for a while. Safe from any thread."""

    def __init__(self, data: Path, settings: Settings, program: "Program | None" = None) -> None:
        self._data, self._settings, self._program = os.fspath(data), settings, program
        self._guard = threading.Lock()
        self._process: VectorProcess | None = None
        self._pause_s = self._not_before = 0.0

    def search(
        self,
        library: "SemanticDocuments",
        query: str,
        *,
        collection: "Within",
        limit: int,
        where: Filter | None = None,
        mode: SearchMode | None = None,
        cursor: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> SearchAnswer:
        """A page of the best chunks. Without a `mode`: that of the page that gave the `cursor`;
        hybrid where the collection has vectors and what made them can be reached, else lexical.

        Raises InvalidQuery, InvalidCursor; ModeUnavailable where the mode cannot be served, and
        SemanticSearchBusy where it cannot just now.
        """
        asked = _Asked(query, collection, where, limit, cursor, fields)
        if mode is None and cursor is not None:
            mode = Place.said_by(cursor).mode
        if mode is SearchMode.LEXICAL:
            return _by_words(library, asked)
        models = library.vector_models(collection)
        if mode is not None:
            self._expect(models, collection)
            return self._by_meaning(library, asked, models, mode)
        if not models:
            return _by_words(library, asked)
        try:
            self._expect(models, collection)
            return self._by_meaning(library, asked, models, SearchMode.HYBRID)
        except (ModeUnavailable, SemanticSearchBusy) as error:
            answer = _by_words(library, asked)
            note = f"searched by words alone: {error.message}"
            return msgspec.structs.replace(answer, notes=(*answer.notes, note))

    def all_hits(
        self,
        library: "SemanticDocuments",
        query: str,
        *,
        collection: "Within",
        limit: int,
        where: Filter | None = None,
        mode: SearchMode | None = None,
    ) -> list[SearchHit]:
        """The first hits of the same, however many answers they fill."""
        items: list[SearchHit] = []
        search = partial(self.search, library, query, collection=collection, where=where, mode=mode)
        cursor: str | None = None
        while True:
            part = search(limit=limit - len(items), cursor=cursor)
            items += part.items
            if (cursor := part.next) is None or len(items) >= limit:
                return items

    def close(self) -> None:
        """End the process that knows vectors, if it runs."""
        with self._guard:
            process, self._process = self._process, None
        if process is not None:
            process.end()

    @property
    def pid(self) -> int | None:
        """The process that knows vectors; None while there is none."""
        process = self._process
        return None if process is None or process.is_over else process.pid

    def _by_meaning(
        self,
        library: "SemanticDocuments",
        asked: _Asked,
        models: list[VectorModel],
        mode: SearchMode,
    ) -> SearchAnswer:
        orders: list[Near] = []
        notes: list[str] = []
        failure: GristmillError | None = None
        for model in models:
            try:
                orders.append(self._nearest(model, asked, mode))
            except (ModeUnavailable, SemanticSearchBusy) as error:
                failure = error
                notes.append(f"without the vectors of {model.name}: {error.message}")
        if not orders and failure is not None:
            raise failure
        said: list[str] = []
        answer = library.search_by_meaning(
            asked.query,
            collection=asked.collection,
            limit=asked.limit,
            where=asked.where,
            mode=mode,
            nearest=orders,
            cursor=asked.cursor,
            fields=asked.fields,
            rerank=self._reranking(asked.query, said),
        )
        return msgspec.structs.replace(answer, notes=(*answer.notes, *notes, *said))

    def _nearest(self, model: VectorModel, asked: _Asked, mode: SearchMode) -> Near:
        import pickle

        among = pickle.dumps((asked.collection, asked.where))
        limit = self._depth(asked, mode)
        query = meant(asked.query)[:_ASKED_CHARS]
        found = self._ask(lambda number: FindNearest(number, model, query, among, limit))
        return Near(found.rows, found.passing)

    def _depth(self, asked: _Asked, mode: SearchMode) -> int:
        """How many of the nearest the page needs. Raises InvalidQuery, InvalidCursor."""
        if is_narrowed(asked.query):
            return MOST_HITS  # nobody knows yet how many of them will be left
        if mode is SearchMode.HYBRID:
            return DEPTH
        start = 0 if asked.cursor is None else Place.said_by(asked.cursor).start
        ranked_again = self._settings.rerank_hits if self._settings.rerank_model else 0
        return min(max(start + asked.limit + 1, DEPTH, ranked_again), MOST_HITS)

    def _reranking(self, query: str, said: list[str]) -> Reranking | None:
        """What puts the first hits in another order; what it cannot, it says."""
        if not self._settings.rerank_model:
            return None
        asked = meant(query)[:_ASKED_CHARS]

        def scores(texts: Sequence[str]) -> Sequence[float] | None:
            shortened = tuple(text[:_READ_CHARS] for text in texts)
            try:
                found = dict(self._ask(lambda number: Rerank(number, asked, shortened)).rows)
            except (ModeUnavailable, SemanticSearchBusy) as error:
                said.append(f"not ranked again: {error.message}")
                return None
            return [found[at] for at in range(len(texts))]

        return Reranking(self._settings.rerank_hits, scores)

    def _ask(self, make: Callable[[int], Question]) -> Found:
        answer = self._running().ask(make, self._settings.read_timeout_s)
        if answer is None:
            # It came to its end, since nobody had asked for long, between the two.
            answer = self._running().ask(make, self._settings.read_timeout_s)
        if answer is None:
            raise SemanticSearchBusy("the process that searches by meaning keeps ending")
        if isinstance(answer, Found):
            self._pause_s = 0.0
            return answer
        if answer.passing:
            raise SemanticSearchBusy(answer.message)
        raise ModeUnavailable(answer.message)

    def _running(self) -> "VectorProcess":
        # A search by words needs none.
        from gristmill.pool.vector_search.process import PROGRAM, VectorProcess

        with self._guard:
            process, now = self._process, time.monotonic()
            if process is not None and not process.is_over:
                return process
            if process is not None and process.has_failed:
                self._not_before = now + self._pause_s
                self._pause_s = min(max(_FIRST_PAUSE_S, 2 * self._pause_s), _LONGEST_PAUSE_S)
                self._process = None
            if now < self._not_before:
                raise SemanticSearchBusy("the process that searches by meaning keeps dying")
            try:
                self._process = VectorProcess(self._data, self._settings, self._program or PROGRAM)
            except OSError as error:
                raise SemanticSearchBusy(
                    f"the process that searches by meaning cannot be started: {error}"
                ) from None
            return self._process

    def _expect(self, models: list[VectorModel], collection: "Within") -> None:
        """Raises ModeUnavailable where a look at names tells that nothing can be found."""
        if not models:
            one = isinstance(collection, str)
            where = f"collection {collection!r} has" if one else "what is searched has"
            name = collection if one else "NAME"
            raise ModeUnavailable(
                f"{where} no vectors; `gristmill embed --collection {name} --model MODEL` makes "
                "them, or the step `embed` as documents come in"
            )
        known = embed_models(self._settings.embed_models)
        if not any(model.name in known for model in models):
            names = ", ".join(sorted({model.name for model in models}))
            raise ModeUnavailable(
                f"the vectors are of model {names}; whoever runs this names it in embed_models"
            )
        if missing := next((each for each in _NEEDED if find_spec(each) is None), None):
            raise not_installed(missing)


_NEEDED = ("numpy",)


def _by_words(library: "SemanticDocuments", asked: _Asked) -> SearchAnswer:
    return library.search_answer(
        asked.query,
        collection=asked.collection,
        limit=asked.limit,
        where=asked.where,
        cursor=asked.cursor,
        fields=asked.fields,
    )
