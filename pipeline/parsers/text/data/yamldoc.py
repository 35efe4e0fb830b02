"""YAML as the text that it is, a block for each outermost entry.

It is never loaded: what its aliases would grow to, and what its tags would make, does not matter.
"""

import re
from collections.abc import Iterator

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

media_types = ("application/yaml",)
version = "2"

_TITLE = re.compile(r"(?m)^(?:title|name)[ \t]*:[ \t]+([^\s#|>&*\[{][^\n]{0,300})$")
_COMMENT = re.compile(r"[ \t]+#[^\n]*$")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `encoding` for bytes that are no text."""
    text, encoding, warnings = read_text(blob.data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blocks = tuple(Block(BlockKind.LIST, entry) for entry in _entries(lines))
    return Parsed(blocks, _title(text[: 64 * 1024]), {"encoding": encoding}, warnings=warnings)


def _entries(lines: list[str]) -> Iterator[str]:
    """A line that is not indented begins an entry; comments belong to what they are above."""
    entry: list[str] = []
    said = False
    for line in lines:
        if line.startswith(("---", "...", "%YAML", "%TAG")):
            line = line[4:] if line.startswith("--- ") else ""
        begins = line[:1] not in ("", " ", "\t", "]", "}")
        if begins and said:
            yield "\n".join(entry)
            entry, said = [], False
        entry.append(line)
        said = said or not _is_comment(line)
    yield "\n".join(entry)


def _is_comment(line: str) -> bool:
    return not line or line.startswith("#")


def _title(text: str) -> str | None:
    match = _TITLE.search(text)
    return _COMMENT.sub("", match[1]).strip().strip("'\"") or None if match else None
