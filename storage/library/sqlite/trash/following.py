"""Deleted documents of a collection that gets another name. Inside a transaction only."""

from collections.abc import Callable

from gristmill.schemas.ids import document_id
from gristmill.storage.library.database import Database


def rename(db: Database, old: str, new: str, metadata_of: Callable[[str, str], str]) -> None:
    """They come back into the collection by its new name. `metadata_of` says from metadata and that
    name what they are now."""
    rows = db.execute("SELECT id, uri, metadata FROM trash WHERE collection = ?", (old,)).fetchall()
    db.executemany(
        "UPDATE trash SET collection = ?, document_id = ?, metadata = ? WHERE id = ?",
        [(new, document_id(new, uri), metadata_of(said, new), row) for row, uri, said in rows],
    )
