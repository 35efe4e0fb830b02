"""Source code: the text as it is, cut between its outermost parts, with its language."""

from collections.abc import Iterator

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.detecting.source_languages import by_file_name, by_first_line, by_lines
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

media_types = ("text/x-source",)
version = "2"

_SAMPLE_CHARS = 16 * 1024
_BLOCK_CHARS = 400


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `encoding` for bytes that are no text."""
    text, encoding, warnings = read_text(blob.data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head = text[:_SAMPLE_CHARS]
    language = by_file_name(blob.name) or by_first_line(head) or by_lines(head)
    metadata = {"encoding": encoding, **({"language": language} if language else {})}
    blocks = tuple(Block(BlockKind.CODE, part) for part in _parts(text))
    return Parsed(blocks, None, metadata, warnings=warnings)


def _parts(text: str) -> Iterator[str]:
    """Cut at blank lines above lines that are not indented, where a part is not tiny."""
    part: list[str] = []
    length = 0
    for paragraph in text.split("\n\n"):
        begins = paragraph.strip("\n")[:1] not in ("", " ", "\t", "}", ")", "]")
        if begins and length >= _BLOCK_CHARS:
            yield "\n\n".join(part)
            part, length = [], 0
        part.append(paragraph)
        length += len(paragraph)
    yield "\n\n".join(part)
