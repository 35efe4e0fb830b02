"""What the library says of vectors, and whoever searches them."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.ids import document_id
from gristmill.schemas.problems.vector_errors import not_installed
from gristmill.schemas.vector_search import KeptVectors, VectorModel
from gristmill.storage.library.database import Database
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.filters.filtering import chosen
from gristmill.storage.library.sqlite.vectors import keeping

if TYPE_CHECKING:
    from gristmill.storage.library.sqlite.vectors.searching import Nearest

_VECTORS_OF = "SELECT first_chunk, chunks, sha256, pipeline FROM documents WHERE document_id = ?"


@in_plain_words
class Vectored:
    """Beside the rest of `Library`, whose connection it has."""

    _db: Database
    _path: Path

    @property
    def _index(self) -> sqlite3.Connection:
        raise NotImplementedError

    def vector_models(self, within: Within) -> list[VectorModel]:
        """The models that the vectors of these collections are of."""
        return keeping.of_collections(self._db, within)

    def vectors_of(self, collection: str, uri: str) -> KeptVectors | None:
        """What a document has of vectors; None where there is no such document."""
        row = self._db.execute(_VECTORS_OF, (document_id(collection, uri),)).fetchone()
        if row is None:
            return None
        first, chunks, sha256, pipeline = row
        model, count = keeping.models_of(self._db, first, first + chunks)
        return KeptVectors(model, count, chunks, sha256, pipeline)

    def nearest(self, model: VectorModel, exact_up_to: int | None = None) -> "NearestChunks":
        """The vectors of a model in memory, to be searched by one thread. Raises ModeUnavailable
        where what that needs is not installed."""
        try:
            from gristmill.storage.library.sqlite.vectors.searching import EXACT_UP_TO, Nearest
        except ImportError as error:
            raise not_installed(error.name) from None
        most = EXACT_UP_TO if exact_up_to is None else exact_up_to
        found = Nearest(self._index, self._path, model, most)
        return NearestChunks(found, lambda: self._index)


@in_plain_words
class NearestChunks:
    """The search for the nearest vectors, which follows what the library holds."""

    def __init__(self, found: "Nearest", look: Callable[[], object]) -> None:
        """`look` brings what is searched up to date."""
        self._found, self._look = found, look

    def find(
        self, query: list[float], *, collection: Within, where: Filter | None, limit: int
    ) -> list[tuple[int, float]]:
        """Up to `limit` chunks of documents in a collection that pass a filter, the nearest to a
        query first, each with the cosine of its angle."""
        self._look()
        return self._found.find(query, chosen(collection, where), limit)

    def passing(self, *, collection: Within, where: Filter | None) -> int:
        """How many vectors were looked at to find these."""
        return self._found.passing(chosen(collection, where))

    def catch_up(self) -> None:
        """Read what changed."""
        self._look()
        self._found.catch_up()

    def build(self) -> bool:
        """Work for a moment on the index that many vectors need; whether there is more to do."""
        return self._found.build()

    def keep(self) -> None:
        """Keep that index on disk. Raises OSError."""
        self._found.save()
