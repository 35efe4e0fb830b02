"""Rows of an export for programs that take no nested values, or no ids of ours."""

import uuid
from collections.abc import Iterator
from typing import Any

import msgspec

from gristmill.schemas.exports import ExportIds
from gristmill.schemas.outcomes.documents import ExportRow

_NAMESPACE = uuid.UUID("6b1d3f0e-6f6c-5e0b-9d3a-4c1f0f2a7b11")
"""Never changes: the same chunk has the same UUID in each export."""
_encode = msgspec.json.Encoder().encode
_PLAIN = (str, int, float, bool)


def named(row: ExportRow, ids: ExportIds) -> ExportRow:
    """A row whose ids are as they were asked for."""
    if ids is ExportIds.OWN:
        return row
    return msgspec.structs.replace(
        row, chunk_id=uuid_of(row.chunk_id), document_id=uuid_of(row.document_id)
    )


def uuid_of(own: str) -> str:
    """The UUID that follows from an id (RFC 9562, version 5)."""
    return str(uuid.uuid5(_NAMESPACE, own))


def flat(row: ExportRow) -> dict[str, Any]:
    """A row of texts, numbers and truth values, and its vector: members of objects are called
    `metadata.author`; lists of plain values are joined, others are JSON; what is not there is left
    out."""
    values = msgspec.structs.asdict(row)
    vector = values.pop("vector")
    values["headings"] = " > ".join(row.headings)
    values["regions"] = [msgspec.to_builtins(region) for region in row.regions]
    flattened = dict(_flattened("", values))
    return flattened if vector is None else {**flattened, "vector": vector}


def _flattened(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flattened(f"{name}.{key}" if name else key, inner)
    elif isinstance(value, list | tuple):
        if value:
            plain = all(isinstance(each, _PLAIN) for each in value)
            yield name, ", ".join(map(str, value)) if plain else _encode(value).decode()
    elif value is not None:
        yield name, value
