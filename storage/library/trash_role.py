"""The role of a library that takes deleted documents back."""

from typing import NamedTuple, Protocol

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.trash import Restoration, TrashedDocument
from gristmill.storage.library.roles import Within


class TrashChoice(NamedTuple):
    """Deleted documents that meet all of this; None is no condition. Times are in microseconds
    since the epoch; `before_us`: they were deleted before it."""

    within: Within = None
    where: Filter | None = None
    document_ids: tuple[str, ...] | None = None
    mirror: str | None = None
    run_us: int | None = None
    before_us: int | None = None


class Trash(Protocol):
    """As with the other roles, every writing method is one durable transaction. No other method
    finds anything of what is in the trash."""

    def trash_page(
        self, choice: TrashChoice, *, after: int | None, limit: int
    ) -> tuple[list[TrashedDocument], int | None]:
        """Up to `limit` deleted documents, the one that was deleted last first, and the key for
        `after` (None: no more)."""
        ...

    def restorable(self, choice: TrashChoice) -> Restoration:
        """What `restore_documents` would do."""
        ...

    def restore_documents(self, choice: TrashChoice) -> Restoration:
        """Mark deleted documents, for `take_back` to put back."""
        ...

    def has_to_restore(self) -> bool:
        """Whether marked ones are left."""
        ...

    def take_back(self, *, most: int) -> list[str]:
        """Put marked documents with about `most` chunks back; returns their ids, none where nothing
        is left. One whose place was taken meanwhile stays in the trash."""
        ...

    def empty_trash(self, choice: TrashChoice, *, most: int) -> list[str]:
        """Forget up to `most` deleted documents for good, the oldest first; returns their ids, none
        where nothing is left. What is being put back stays."""
        ...

    def is_in_trash(self, document_id: str, sha256: str) -> bool:
        """Whether a document of this id, of these bytes, can be taken back."""
        ...
