"""Rows of an export for programs that take no nested values, or no ids of ours."""

import uuid
from typing import Any

import msgspec

from gristmill.schemas.exports import ExportIds
from gristmill.schemas.flattening import flattened
from gristmill.schemas.outcomes.documents import ExportRow

_NAMESPACE = uuid.UUID("6b1d3f0e-6f6c-5e0b-9d3a-4c1f0f2a7b11")
"""Never changes: the same chunk has the same UUID in each export."""


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
    """A row of texts, numbers and truth values, and its vector (`flattened` says how)."""
    values = msgspec.structs.asdict(row)
    vector = values.pop("vector")
    values["headings"] = " > ".join(row.headings)
    values["regions"] = [msgspec.to_builtins(region) for region in row.regions]
    plain = flattened(values)
    return plain if vector is None else {**plain, "vector": vector}
