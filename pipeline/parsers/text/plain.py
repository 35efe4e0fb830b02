"""Plain text: one block, as it is."""

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

media_types = ("text/plain",)
version = "1"

_TITLE_CHARS = 120


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `encoding` for bytes that are no text."""
    text, encoding = decode(blob.data)
    return Parsed((Block(BlockKind.TEXT, text),), _title(text), {"encoding": encoding})


def _title(text: str) -> str | None:
    """A short first line that stands alone above a blank line and is no sentence."""
    head = text[:2048].lstrip().replace("\r\n", "\n")
    line, _, rest = head.partition("\n")
    line = line.strip()
    alone = rest.partition("\n")[0].strip() == "" and rest.strip() != ""
    return line if alone and 0 < len(line) <= _TITLE_CHARS and line[-1] not in ".,;:" else None
