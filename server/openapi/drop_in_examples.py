"""Examples of what drop-in protocols hand over; beside `examples.py`, by the same rule."""

from collections.abc import Mapping
from typing import Any

from gristmill.schemas.drop_in.openwebui import LoadedDocument
from gristmill.server.protocols.tables.tika_table import METADATA

_TIKA: dict[str, str | list[str]] = {
    "Content-Type": "text/plain",
    "resourceName": "report.txt",
    "X-TIKA:content": "Income grew by 4%.",
}
EXAMPLES: Mapping[Any, Any] = {
    list[LoadedDocument]: [
        LoadedDocument(
            "# Annual report\n\nIncome grew by 4%.",
            {"source": "report.txt", "title": "Annual report", "media_type": "text/plain"},
        )
    ],
    METADATA: _TIKA,
    list[METADATA]: [_TIKA],
}
