"""Takes out what is marked as deleted, and puts back what is taken out of the trash, by some
documents at a time."""

from gristmill.schemas.trash import Discarded
from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.library.trash_role import TrashChoice
from gristmill.storage.stores import Stores

_AT_ONCE = 100
_STEP = 500
"""Chunks in one transaction: others wait as long as for a large document."""


def take_out_some(stores: Stores, trash: Discarded | None) -> int:
    """Take out some documents, for good where there is no `trash`; returns how many, 0 where none
    is left. Raises OSError, LibraryTrouble."""

    def step() -> list[str]:
        with stores.library() as library:
            return library.take_out_deleted(most=_STEP, trash=trash)

    gone = with_reserve(stores.folder.root, step)
    if trash is None:
        for document_id in gone:
            stores.originals.drop(document_id)
    return len(gone)


def take_back_some(stores: Stores) -> int:
    """Put some documents back that are marked in the trash; returns how many, 0 where none is
    left. Raises OSError, LibraryTrouble."""

    def step() -> list[str]:
        with stores.library() as library:
            return library.take_back(most=_STEP)

    return len(with_reserve(stores.folder.root, step))


def empty_trash(stores: Stores, choice: TrashChoice) -> int:
    """Forget deleted documents for good, with what is kept of their bytes; returns how many."""
    count = 0
    while True:
        with stores.library() as library:
            gone = library.empty_trash(choice, most=_AT_ONCE)
            free = [each for each in gone if library.document(each) is None]
        for document_id in free:
            stores.originals.drop(document_id)
        count += len(gone)
        if not gone:
            return count
