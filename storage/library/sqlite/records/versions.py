"""The text that a document had before its bytes changed, for whoever compares the two."""

import zlib
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from gristmill.schemas.outcomes.documents import LastVersion
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.records.contents import Stored
from gristmill.storage.library.structure_codec import joined

_KEPT = "SELECT sha256, ingested_at, job_id, text FROM versions WHERE document = ?"
_OF_DOCUMENT = (
    "SELECT versions.sha256, versions.ingested_at, versions.job_id, versions.text FROM documents"
    " JOIN versions ON versions.document = documents.id WHERE document_id = ?"
)


class Row(NamedTuple):
    """A version as it is kept. `ingested_at` is in microseconds since the epoch."""

    sha256: str
    ingested_at: int
    job_id: str
    text: bytes


class _Piece(NamedTuple):
    start: int
    end: int
    text: str


def before(db: Database, own: Stored, sha256: str, most: int) -> Row | None:
    """What is to be kept of a document once content with this hash takes its place. Bytes that are
    only read again are no new version: then it is what was kept so far."""
    if most <= 0 or own.deleted_at is not None:
        return None
    if own.sha256 == sha256:
        kept = db.execute(_KEPT, (own.row,)).fetchone()
        return Row._make(kept) if kept else None
    span = (own.first_chunk, own.first_chunk + own.chunks)
    (size,) = db.execute("SELECT last FROM chunks WHERE id = ?", (span[1] - 1,)).fetchone() or (0,)
    if not 0 < size <= most:
        return None
    chunks = db.execute(
        "SELECT first, last, text FROM chunks WHERE id >= ? AND id < ? ORDER BY id", span
    )
    text = zlib.compress(joined(map(_Piece._make, chunks)).encode(), 1)
    of_row = "SELECT ingested_at, job_id FROM documents WHERE id = ?"
    ingested_at, job_id = db.execute(of_row, (own.row,)).fetchone()
    return Row(own.sha256, ingested_at, job_id, text)


def keep(db: Database, document: str, version: Row | None) -> None:
    """Keep what the document with this id was before."""
    if version is None:
        return
    # Not by INSERT ... SELECT: that begins a savepoint, at which FTS5 writes down all that it has
    # gathered, and a document takes a millisecond longer.
    (row,) = db.execute("SELECT id FROM documents WHERE document_id = ?", (document,)).fetchone()
    db.execute(
        "INSERT INTO versions(document, sha256, ingested_at, job_id, text) VALUES(?, ?, ?, ?, ?)",
        (row, *version),
    )


def last_version(db: Database, document: str) -> LastVersion | None:
    """Raises msgspec.DecodeError where what is kept of it makes no sense."""
    found = db.execute(_OF_DOCUMENT, (document,)).fetchone()
    if found is None:
        return None
    row = Row._make(found)
    at = datetime.fromtimestamp(row.ingested_at / 1_000_000, UTC)
    return LastVersion(row.sha256, at, row.job_id, _plain(row.text))


def is_sound(text: bytes) -> bool:
    """Whether a text that is kept can be read."""
    try:
        _plain(text)
    except msgspec.DecodeError:
        return False
    return True


def _plain(text: bytes) -> str:
    try:
        return zlib.decompress(text).decode()
    except (zlib.error, ValueError, TypeError) as error:
        raise msgspec.DecodeError(f"a document's last version: {error}") from None
