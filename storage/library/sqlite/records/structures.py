"""The structure of documents."""

from typing import NamedTuple

from gristmill.schemas.outcomes.structure import StructureBlock
from gristmill.storage.library.database import Database
from gristmill.storage.library.structure_codec import decode

_STORED = (
    "SELECT blocks, first_chunk, first_chunk + chunks FROM documents"
    " JOIN structures ON structures.document = documents.id WHERE document_id = ?"
)


class _Piece(NamedTuple):
    start: int
    end: int
    text: str


def structure(db: Database, document: str) -> tuple[StructureBlock, ...] | None:
    """The blocks of a document; None where there is no such document, or it has none. Raises
    msgspec.DecodeError where what is kept of them makes no sense."""
    row = db.execute(_STORED, (document,)).fetchone()
    if row is None:
        return None
    blocks, first, last = row
    chunks = db.execute(
        "SELECT first, last, text FROM chunks WHERE id >= ? AND id < ? ORDER BY id", (first, last)
    )
    return decode(blocks, map(_Piece._make, chunks))
