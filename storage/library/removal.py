"""Takes out what is marked as deleted, by some documents at a time, with what is kept of them."""

from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.stores import Stores

_STEP = 500
"""Chunks in one transaction: others wait as long as for a large document."""


def take_out_some(stores: Stores) -> int:
    """Take out some documents; returns how many, 0 where none is left. Raises OSError,
    LibraryTrouble."""

    def step() -> list[str]:
        with stores.library() as library:
            return library.take_out_deleted(most=_STEP)

    gone = with_reserve(stores.folder.root, step)
    for document_id in gone:
        stores.originals.drop(document_id)
    return len(gone)
