"""MinHash signatures of documents, and which document of a collection is nearly the same.

A signature is cut into bands of six numbers. Two documents that share most of what they say have
a band in common almost surely (similarity 0.8: 99.8%, 0.7: 92%, 0.3: 1.5%), so an index on bands
finds the few that are worth comparing. The search is a part of the transaction that stores the
document: of two copies that come at the same time the second one finds the first.
"""

from array import array
from collections.abc import Iterator
from hashlib import blake2b
from operator import eq
from typing import NamedTuple

from gristmill.schemas.outcomes.results import Signature
from gristmill.storage.library.database import Database

_BAND_BYTES = 6 * 4
_OLDEST_OF_A_BAND = 8
"""Thousands of copies of one form share their bands: the oldest ones stand for all of them, so
that what is done under the write lock stays bounded."""
_SHARING = (
    "SELECT document FROM signature_bands WHERE band = ? ORDER BY document"
    f" LIMIT {_OLDEST_OF_A_BAND}"
)
_ONE = (
    "SELECT document_id, uri, kind, minhash FROM signatures"
    " JOIN documents ON documents.id = signatures.document WHERE signatures.document = ?"
)


class Near(NamedTuple):
    """A document whose content is nearly that of another. `similarity` is the estimated part
    that both share of all that either says, up to 1."""

    document_id: str
    uri: str
    similarity: float


def nearest(db: Database, collection: str, signature: Signature) -> Near | None:
    """The document of a collection that is most alike, the oldest of several; None where none
    reaches the signature's threshold."""
    candidates = {
        document
        for band in _bands(collection, signature.kind, signature.minhash)
        for (document,) in db.execute(_SHARING, (band,))
    }
    compared = [_compare(db, document, signature) for document in sorted(candidates)]
    alike = [near for near in compared if near and near.similarity >= signature.threshold]
    return max(alike, key=lambda near: near.similarity, default=None)


def _compare(db: Database, document: int, signature: Signature) -> Near | None:
    row = db.execute(_ONE, (document,)).fetchone()
    if row is None or (row[2], len(row[3])) != (signature.kind, len(signature.minhash)):
        return None
    ours, theirs = array("I", signature.minhash), array("I", row[3])
    return Near(row[0], row[1], round(sum(map(eq, ours, theirs)) / len(ours), 3))


def add(db: Database, document: int, collection: str, signature: Signature) -> None:
    """Keep the signature of the document with this row id."""
    db.execute(
        "INSERT INTO signatures(document, kind, minhash) VALUES(?, ?, ?)",
        (document, signature.kind, signature.minhash),
    )
    db.executemany(
        "INSERT INTO signature_bands(band, document) VALUES(?, ?) ON CONFLICT DO NOTHING",
        [(band, document) for band in _bands(collection, signature.kind, signature.minhash)],
    )


def remove(db: Database, document: int, collection: str) -> None:
    """Forget the signature of a document, if it has one."""
    row = db.execute(
        "SELECT kind, minhash FROM signatures WHERE document = ?", (document,)
    ).fetchone()
    if row is None:
        return
    db.executemany(
        "DELETE FROM signature_bands WHERE band = ? AND document = ?",
        [(band, document) for band in _bands(collection, *row)],
    )
    db.execute("DELETE FROM signatures WHERE document = ?", (document,))


def rename(db: Database, old: str, new: str) -> None:
    """The documents of a collection, which still has its old name, get the bands of a new one.
    Inside a transaction."""
    rows = db.execute(
        "SELECT document, kind, minhash FROM signatures"
        " JOIN documents ON documents.id = signatures.document WHERE collection = ?",
        (old,),
    ).fetchall()
    for row, kind, minhash in rows:
        db.executemany(
            "DELETE FROM signature_bands WHERE band = ? AND document = ?",
            [(band, row) for band in _bands(old, kind, minhash)],
        )
        db.executemany(
            "INSERT INTO signature_bands(band, document) VALUES(?, ?) ON CONFLICT DO NOTHING",
            [(band, row) for band in _bands(new, kind, minhash)],
        )


def rebuild_bands(db: Database) -> None:
    """Make the bands of all signatures again. Inside a transaction."""
    rows = db.execute(
        "SELECT document, collection, kind, minhash FROM signatures"
        " JOIN documents ON documents.id = signatures.document"
    ).fetchall()
    db.execute("DELETE FROM signature_bands")
    db.executemany(
        "INSERT INTO signature_bands(band, document) VALUES(?, ?) ON CONFLICT DO NOTHING",
        ((band, row) for row, *kind in rows for band in _bands(*kind)),
    )


def _bands(collection: str, kind: str, minhash: bytes) -> Iterator[int]:
    """A key for each band. Collections and kinds never meet."""
    for at in range(0, len(minhash), _BAND_BYTES):
        digest = blake2b(minhash[at : at + _BAND_BYTES], digest_size=8)
        digest.update(f"{at}\0{kind}\0{collection}".encode(errors="surrogatepass"))
        yield int.from_bytes(digest.digest(), "big", signed=True)
