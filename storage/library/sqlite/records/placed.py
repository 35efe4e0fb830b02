"""Documents that follow their files, as the library offers it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from gristmill.storage.library import locks
from gristmill.storage.library.catalogue_role import Renamed
from gristmill.storage.library.database import Database
from gristmill.storage.library.locks import Lock
from gristmill.storage.library.places_role import Place
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.records import places


@in_plain_words
class Placed:
    """Beside the rest of `Library`, whose connection it has."""

    _db: Database

    def _writing(self, *_: Lock) -> AbstractContextManager[None]:
        raise NotImplementedError

    def places_below(self, collection: str, prefix: str) -> Iterator[Place]:
        """The documents of a collection whose uri begins with this."""
        return places.below(self._db, collection, prefix)

    def move_documents(
        self,
        collection: str,
        moves: Sequence[tuple[str, str]],
        before_commit: Callable[[Iterable[Renamed]], None],
    ) -> list[Renamed]:
        """Documents get other uris; returns the ids of those that did."""
        with self._writing(locks.LIBRARY):
            moved = places.move(self._db, collection, moves)
            before_commit(moved)
        return moved
