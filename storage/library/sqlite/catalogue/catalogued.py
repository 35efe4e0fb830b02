"""Collections as things, as the library offers them."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager

from gristmill.schemas.collections_told import CollectionState
from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.outcomes.documents import Outdated
from gristmill.schemas.trash import Discarded
from gristmill.storage import faults
from gristmill.storage.library import locks
from gristmill.storage.library.catalogue_role import Renamed
from gristmill.storage.library.database import Database
from gristmill.storage.library.locks import Lock
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.catalogue import collection_settings, deleting, renaming
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.reads import reading
from gristmill.storage.library.sqlite.records import collection_model


@in_plain_words
class Catalogued:
    """Beside the rest of `Library`, whose connection it has."""

    _db: Database

    @property
    def _index(self) -> sqlite3.Connection:
        raise NotImplementedError

    def _writing(self, *_: Lock) -> AbstractContextManager[None]:
        raise NotImplementedError

    def collection_exists(self, collection: str) -> bool:
        """Whether it has documents, settings, or a job in the index that is not done."""
        return collection_settings.exists(self._db, collection)

    def collection_names(self, *, within: Within, limit: int) -> list[str]:
        """Up to `limit` names of collections that exist, in order."""
        return collection_settings.names(self._db, within, limit)

    def collection_state(self, collection: str) -> CollectionState | None:
        """All that is known of a collection; None where it does not exist."""
        return collection_settings.state(self._db, collection)

    def collection_options(self, collection: str) -> GivenOptions:
        """What the jobs of a collection inherit."""
        return collection_settings.options(self._db, collection)

    def set_collection(
        self, collection: str, options: GivenOptions, *, replace: bool = True
    ) -> None:
        """Set what the jobs of a collection inherit; it exists from then on. With `replace` off,
        what was set before stays."""
        with self._writing(*locks.collection(collection)):
            if replace or not collection_settings.is_set(self._db, collection):
                collection_settings.put(self._db, collection, options, _now_us())

    def rename_collection(
        self, collection: str, new: str, before_commit: Callable[[Iterable[Renamed]], None]
    ) -> int:
        """Give a collection another name; returns its number of documents, whose ids change.
        `before_commit` is called with those ids, in the transaction. Raises CollectionExists."""
        try:
            with self._writing(locks.LIBRARY):
                documents = renaming.rename(self._db, collection, new, _now_us())
                before_commit(map(Renamed._make, renaming.renamed(self._db)))
                faults.hit("collection.rename")
        finally:
            renaming.forget(self._db)
        return documents

    def count_documents(self, *, collection: Within, where: Filter | None = None) -> int:
        """How many documents pass a filter, without those that are being deleted."""
        return deleting.count(self._index, collection, where)

    def delete_documents(
        self, *, collection: Within, expected: int | None, where: Filter | None = None
    ) -> int:
        """Mark documents, for `take_out_deleted` to take out; returns how many. Raises
        ConfirmationNeeded, and nothing is marked, where they are some and not `expected` many."""
        with self._writing(locks.LIBRARY):
            return deleting.mark(self._db, collection, where, expected, _now_us())

    def delete_collection(self, collection: str, *, expected: int | None) -> int:
        """The same with all documents of a collection, whose settings are forgotten at once."""
        with self._writing(locks.LIBRARY):
            marked = deleting.mark(self._db, collection, None, expected, _now_us())
            collection_settings.forget(self._db, collection)
            collection_model.forget(self._db, collection)
        return marked

    def outdated(self, collection: str, pipeline: str) -> Iterator[Outdated]:
        """The documents of a collection that another pipeline has made."""
        return reading.outdated(self._db, collection, pipeline)

    def jobs_of_documents(self, collection: str) -> list[str]:
        """The jobs that have brought the documents of a collection."""
        return collection_settings.jobs_of_documents(self._db, collection)

    def has_deleted(self) -> bool:
        """Whether marked documents are left."""
        return deleting.is_any_left(self._db)

    def take_out_deleted(self, *, most: int, trash: Discarded | None = None) -> list[str]:
        """Take out marked documents with about `most` chunks; returns their ids, none where
        nothing is left."""
        if not deleting.is_any_left(self._db):
            return []
        with self._writing(locks.LIBRARY):
            gone = deleting.take_out(self._db, most, trash, _now_us())
            faults.hit("collection.take_out")
        return gone


def _now_us() -> int:
    return time.time_ns() // 1000
