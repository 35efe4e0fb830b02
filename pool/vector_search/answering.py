"""What the process that knows vectors answers. Nothing that is raised leaves it."""

import logging
import os
import pickle
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gristmill.pipeline.steps.embedding.embedders import embedder
from gristmill.pool.vector_search.messages import Answer, FindNearest, Found, Question, Trouble
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.results import unpack_floats
from gristmill.schemas.problems.errors import DocumentError, GristmillError
from gristmill.schemas.problems.vector_errors import ModeUnavailable
from gristmill.schemas.steps import embed_models
from gristmill.schemas.vector_search import VectorModel
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    from gristmill.storage.library import Library, NearestChunks

_MOST_MODELS = 4
_KEPT_QUERIES = 256
"""Whoever pages through an answer asks the same again."""
_log = logging.getLogger(__name__)


class Answerer:
    """Holds models and vectors from the first question about them on. One thread."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._stores, self._settings = stores, settings
        self._library: Library | None = None
        self._file: tuple[int, int] | None = None
        self._held: dict[VectorModel, NearestChunks] = {}
        self._embedded = lru_cache(_KEPT_QUERIES)(self._embed)

    def answer(self, question: Question) -> Answer:
        number = question.number
        try:
            if isinstance(question, FindNearest):
                return self._nearest(question)
            return Found(number, tuple(self._ranked(question.query, question.texts)))
        except DocumentError as error:
            return Trouble(number, error.message, passing=error.transient)
        except ModeUnavailable as error:
            return Trouble(number, error.message)
        except GristmillError as error:
            return Trouble(number, error.message, passing=True)
        except MemoryError:
            return Trouble(number, "there is not enough memory for the vectors", passing=True)
        except Exception as error:
            return Trouble(number, f"{type(error).__name__}: {error}"[:500], passing=True)

    def work(self) -> bool:
        """What there is to do while nobody asks; whether there is more of it."""
        try:
            return any(held.build() for held in self._held.values())
        except (OSError, GristmillError) as error:
            # It is derived: the next one makes it again.
            _log.warning("an index of vectors could not be kept: %s", error)
            return False

    def close(self) -> None:
        if self._library is not None:
            self._library.close()

    def _nearest(self, question: FindNearest) -> Found:
        model = question.model
        query = self._embedded(model, question.query)
        collection, where = pickle.loads(question.among)
        held = self._vectors(model)
        rows = held.find(query, collection=collection, where=where, limit=question.limit)
        passing = held.passing(collection=collection, where=where)
        return Found(question.number, tuple(rows), passing)

    def _vectors(self, model: VectorModel) -> "NearestChunks":
        identity = self._stores.library_identity()
        if self._library is None or self._file != identity:
            # A restored library took the place of the one that we knew.
            self.close()
            self._held.clear()
            self._library = self._stores.library(readonly=True)
            self._file = identity
        if model not in self._held:
            if len(self._held) >= _MOST_MODELS:
                del self._held[next(iter(self._held))]
            self._held[model] = self._library.nearest(model)
        return self._held[model]

    def _embed(self, model: VectorModel, query: str) -> list[float]:
        known = embed_models(self._settings.embed_models)
        if model.name not in known:
            raise ModeUnavailable(
                f"the vectors are of model {model.name!r}, which is not one of embed_models"
            )
        maker = embedder(known[model.name], self._settings.embed_key_file)
        (vector,) = maker.embed([model.query_prefix + query]).values
        if maker.identity() != model.identity or len(vector) != 4 * model.dimensions:
            raise ModeUnavailable(
                f"the model {model.name!r} of embed_models is another one than the vectors are of; "
                f"`gristmill embed --collection NAME --model {model.name}` makes them anew"
            )
        return unpack_floats(vector)

    def _ranked(self, query: str, texts: tuple[str, ...]) -> list[tuple[int, float]]:
        from gristmill.pipeline.steps.embedding.cross_encoder import cross_encoder

        place = Path(self._settings.rerank_model).expanduser()
        scores = cross_encoder(os.fspath(place)).scores(query, texts)
        return list(enumerate(scores))
