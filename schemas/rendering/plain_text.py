"""A document's structure as plain text."""

from collections.abc import Iterable

from gristmill.schemas.outcomes.structure import RUNNING, StructureBlock


def plain_text(blocks: Iterable[StructureBlock]) -> str:
    """The text that the offsets of chunks and blocks count in: every block that is part of it,
    with a blank line between two."""
    return "\n\n".join(block.text for block in blocks if block.kind not in RUNNING and block.text)
