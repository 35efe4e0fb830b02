"""A collection gets another name, and its documents the ids that follow from it."""

import sqlite3
from collections.abc import Iterator
from functools import partial, singledispatch
from typing import Any

import msgspec

from gristmill.schemas.ids import document_id
from gristmill.schemas.problems.collection_errors import CollectionExists
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.catalogue import collection_settings
from gristmill.storage.library.sqlite.database.storable import json_text
from gristmill.storage.library.sqlite.records import collection_model, signatures
from gristmill.storage.library.sqlite.trash import following

_NAMED_BY_ID = ("parent", "near_duplicate_of")
"""What of a document's metadata names another document of its collection, by uri and id."""


@singledispatch
def rename(db: Database, old: str, new: str, now_us: int) -> int:
    """Give a collection's rows another name; returns its number of documents. Inside a
    transaction. Raises CollectionExists where there is one of the new name."""
    if collection_settings.exists(db, new) or has_any(db, new):
        raise CollectionExists(f"there is a collection {new!r} already; choose another name")
    assert isinstance(db, sqlite3.Connection)
    db.create_function("renamed_id", 1, lambda uri: document_id(new, uri), deterministic=True)
    retold = partial(renamed_metadata, new=new)
    db.create_function("renamed_metadata", 1, retold, deterministic=True)
    db.execute("DROP TABLE IF EXISTS temp.renamed")
    db.execute(
        "CREATE TEMP TABLE renamed AS SELECT document_id AS old, renamed_id(uri) AS new, sha256"
        " FROM documents WHERE collection = ?",
        (old,),
    )
    db.execute("CREATE INDEX temp.renamed_by_old ON renamed(old)")
    signatures.rename(db, old, new)
    db.execute(
        "UPDATE documents SET collection = ?, document_id = renamed_id(uri),"
        " metadata = renamed_metadata(metadata) WHERE collection = ?",
        (new, old),
    )
    # What jobs of before say of their documents leads to them still.
    db.execute(
        "UPDATE ledger SET document_id = (SELECT new FROM renamed WHERE old = document_id)"
        " WHERE document_id IN (SELECT old FROM renamed)"
    )
    db.execute("DELETE FROM collections WHERE collection = ?", (new,))
    db.execute("UPDATE collections SET collection = ? WHERE collection = ?", (new, old))
    db.execute(
        "UPDATE collection_settings SET collection = ?, changed_at = ? WHERE collection = ?",
        (new, now_us, old),
    )
    collection_model.rename(db, old, new)
    following.rename(db, old, new, renamed_metadata)
    (documents,) = db.execute("SELECT count(*) FROM renamed").fetchone()
    return int(documents)


@singledispatch
def renamed(db: Database) -> Iterator[tuple[str, str, str]]:
    """Of each document that `rename` has met: its id before, its id now, its SHA-256."""
    yield from db.execute("SELECT old, new, sha256 FROM renamed")


@singledispatch
def forget(db: Database) -> None:
    db.execute("DROP TABLE IF EXISTS temp.renamed")


def has_any(db: Database, collection: str) -> bool:
    """Whether any document is still in it, one that is leaving as well."""
    found = db.execute("SELECT 1 FROM documents WHERE collection = ? LIMIT 1", (collection,))
    return found.fetchone() is not None


def renamed_metadata(text: str, new: str) -> str:
    """Metadata whose mentions of other documents of the collection lead to their new ids."""
    if not any(f'"{name}"' in text for name in _NAMED_BY_ID):
        return text
    metadata: dict[str, Any] = msgspec.json.decode(text)
    for name in _NAMED_BY_ID:
        other = metadata.get(name)
        if isinstance(other, dict) and other.get("document_id") and "uri" in other:
            other["document_id"] = document_id(new, str(other["uri"]))
    return json_text(metadata)
