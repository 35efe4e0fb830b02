"""What Open WebUI's external document loader reads of an answer."""

from typing import Any

import msgspec


class LoadedDocument(msgspec.Struct, frozen=True):
    """One document: its text as Markdown, and what is known of it."""

    page_content: str
    metadata: dict[str, Any]
