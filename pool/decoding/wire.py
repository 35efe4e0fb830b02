"""What the process that decodes is asked and says: a line of JSON, then bytes as they are."""

from typing import Any

import msgspec

from gristmill.schemas.jobs.request import KeyedTask
from gristmill.schemas.jobs.sources import TextSource

_APART_CHARS = 1024
"""A longer text comes behind the line: whoever reads it decodes and encodes nothing again."""


class Asked(msgspec.Struct):
    """What to decode, and the settings of the service."""

    is_line: bool
    max_json_depth: int
    max_metadata_bytes: int
    max_sources: int


class Said(msgspec.Struct):
    """A task and the bytes of its texts that come apart, by the place of their source; or why it
    was refused."""

    task: KeyedTask | None = None
    apart: dict[int, int] = {}
    code: str = ""
    message: str = ""


def said_of(task: Any) -> tuple[Said, list[bytes]]:
    """How a task that was decoded is said."""
    sources, apart = list(task.sources), dict[int, bytes]()
    for place, source in enumerate(sources):
        if isinstance(source, TextSource) and len(source.text) > _APART_CHARS:
            apart[place] = source.text.encode()
            sources[place] = TextSource("", source.name)
    keyed = KeyedTask(**{**msgspec.structs.asdict(task), "sources": sources})
    return Said(keyed, {place: len(text) for place, text in apart.items()}), list(apart.values())
