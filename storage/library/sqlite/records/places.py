"""Documents get other uris, some at a time. Inside a transaction only."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from gristmill.schemas.ids import document_id
from gristmill.schemas.outcomes.results import MEMBER_MARK
from gristmill.storage.library.catalogue_role import Renamed
from gristmill.storage.library.database import Database
from gristmill.storage.library.places_role import Place
from gristmill.storage.library.sqlite.database.storable import json_text
from gristmill.storage.library.sqlite.records import contents

_MOST = "\U0010ffff"


def below(db: Database, collection: str, prefix: str) -> Iterator[Place]:
    """The documents of a collection whose uri begins with this."""
    rows = db.execute(
        "SELECT document_id, uri FROM documents WHERE collection = ? AND uri >= ? AND uri < ?"
        " AND deleted_at IS NULL",
        (collection, prefix, prefix + _MOST),
    )
    yield from map(Place._make, rows)


def move(db: Database, collection: str, moves: Sequence[tuple[str, str]]) -> list[Renamed]:
    """Give documents other uris; returns those that got one."""
    done = []
    for old_uri, new_uri in moves:
        old, new = document_id(collection, old_uri), document_id(collection, new_uri)
        own = contents.stored(db, old)
        if own is None or own.deleted_at is not None or contents.stored(db, new) is not None:
            continue
        (metadata,) = db.execute(
            "SELECT metadata FROM documents WHERE id = ?", (own.row,)
        ).fetchone()
        db.execute(
            "UPDATE documents SET uri = ?, document_id = ?, metadata = ? WHERE id = ?",
            (new_uri, new, _moved(metadata, collection, old_uri, new_uri), own.row),
        )
        done.append(Renamed(old, new, own.sha256))
    return done


def _moved(text: str, collection: str, old_uri: str, new_uri: str) -> str:
    """Its metadata name the document that it was found in, whose uri its own begins with."""
    if '"parent"' not in text:
        return text
    metadata: dict[str, Any] = msgspec.json.decode(text)
    parent = metadata.get("parent")
    if not isinstance(parent, dict) or not isinstance(parent.get("uri"), str):
        return text
    inside = old_uri.removeprefix(parent["uri"])
    if inside.startswith(MEMBER_MARK) and new_uri.endswith(inside):
        parent["uri"] = new_uri.removesuffix(inside)
        if parent.get("document_id"):
            parent["document_id"] = document_id(collection, parent["uri"])
    return json_text(metadata)
