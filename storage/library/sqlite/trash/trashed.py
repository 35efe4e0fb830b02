"""Deleted documents that can be taken back, as the library offers them."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager

from gristmill.schemas.trash import Discarded, Restoration, TrashedDocument
from gristmill.storage import faults
from gristmill.storage.library import locks
from gristmill.storage.library.database import Database
from gristmill.storage.library.locks import Lock
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.records import contents
from gristmill.storage.library.sqlite.trash import choosing, discarding, packing, restoring
from gristmill.storage.library.trash_role import TrashChoice

_HELD = "SELECT 1 FROM trash WHERE document_id = ? AND sha256 = ?"
_FORGET = "DELETE FROM trash WHERE id = ? AND restore_at IS NULL RETURNING document_id"


@in_plain_words
class Trashed:
    """Beside the rest of `Library`, whose connection it has."""

    _db: Database

    def _writing(self, *_: Lock) -> AbstractContextManager[None]:
        raise NotImplementedError

    def trash_page(
        self, choice: TrashChoice, *, after: int | None, limit: int
    ) -> tuple[list[TrashedDocument], int | None]:
        """Up to `limit` deleted documents, the one that was deleted last first, and the key for
        `after` (None: no more)."""
        return choosing.page(self._db, choice, after, limit)

    def restorable(self, choice: TrashChoice) -> Restoration:
        """What `restore_documents` would do."""
        return choosing.chosen(self._db, choice)[1]

    def restore_documents(self, choice: TrashChoice) -> Restoration:
        """Mark deleted documents, for `take_back` to put back."""
        with self._writing(locks.LIBRARY):
            rows, told = choosing.chosen(self._db, choice)
            restoring.mark(self._db, rows, time.time_ns() // 1000)
        return told

    def delete_document(self, document_id: str, trash: Discarded | None = None) -> bool:
        """Remove a document, its chunks and its part of the index; False where there is none."""
        with self._writing(*locks.document(document_id)):
            known = contents.stored(self._db, document_id)
            if known is not None:
                now_us = time.time_ns() // 1000
                contents.grow(self._db, [discarding.discard(self._db, known, trash, now_us)])
        return known is not None

    def remove_documents(
        self, document_ids: Sequence[str], trash: Discarded | None = None
    ) -> list[str]:
        """Remove documents; returns the ids of those that were there."""
        with self._writing(locks.LIBRARY):
            known = [contents.stored(self._db, each) for each in document_ids]
            found = [each for each in known if each is not None]
            now_us = time.time_ns() // 1000
            gone = [discarding.discard(self._db, each, trash, now_us) for each in found]
            contents.grow(self._db, gone)
        return [each.document_id for each in found]

    def has_to_restore(self) -> bool:
        """Whether marked ones are left."""
        return restoring.is_any_left(self._db)

    def take_back(self, *, most: int) -> list[str]:
        """Put marked documents with about `most` chunks back; returns their ids, none where nothing
        is left."""
        if not restoring.is_any_left(self._db):
            return []
        with self._writing(locks.LIBRARY):
            back = restoring.take_back(self._db, most)
            faults.hit("trash.take_back")
        return back

    def empty_trash(self, choice: TrashChoice, *, most: int) -> list[str]:
        """Forget up to `most` deleted documents for good, the oldest first; returns their ids, none
        where nothing is left. What is being put back stays."""
        if not choosing.ids(self._db, choice, None, 1):
            return []
        with self._writing(locks.LIBRARY):
            rows = choosing.ids(self._db, choice)[-most:]
            return [id_ for row in rows for (id_,) in self._db.execute(_FORGET, (row,)).fetchall()]

    def damaged_trash(self) -> list[tuple[int, str]]:
        """The rows, and the ids of their documents, that cannot be taken back."""
        rows = self._db.execute("SELECT id, document_id, contents FROM trash").fetchall()
        return [(row, id_) for row, id_, stored in rows if not packing.is_sound(stored)]

    def forget_trashed(self, row: int) -> None:
        """Forget one row for good."""
        with self._writing(locks.LIBRARY):
            self._db.execute("DELETE FROM trash WHERE id = ?", (row,))

    def is_in_trash(self, document_id: str, sha256: str) -> bool:
        """Whether a document of this id, of these bytes, can be taken back."""
        return self._db.execute(_HELD, (document_id, sha256)).fetchone() is not None
