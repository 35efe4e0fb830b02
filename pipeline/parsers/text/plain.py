"""Plain text: one block, as it is, without what only steers a terminal."""

import re

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.text.plain_titles import title_in
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

media_types = ("text/plain",)
version = "3"

# ECMA-48: control sequences (colours, the cursor), strings (titles of windows, links), the rest.
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]{0,100}[ -/]{0,10}[@-~]|[\]PX^_][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)"
    r"|[ -/]{1,3}[0-~]|[0-Z\\^-~])"
)
_OVERSTRUCK = re.compile(r"[^\n\x08]\x08")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `encoding` for bytes that are no text."""
    text, encoding, warnings = read_text(blob.data)
    text = without_terminal(text)
    blocks = (Block(BlockKind.TEXT, text),)
    return Parsed(blocks, title_in(text), {"encoding": encoding}, warnings=warnings)


def without_terminal(text: str) -> str:
    """Without colours and other escape sequences, and without the letters that a printer struck
    twice for bold (`N\\bN`)."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    return _OVERSTRUCK.sub("", text) if "\x08" in text else text
