"""A parser for mill logs, a format made up for this example.

    MILLLOG 1
    mill: Alder Mill
    miller: Josiah Fenn

    == 2 March 1904
    Ground 12 sacks of wheat for Hill Top.
    !wheat 12 5

    == 3 March 1904
    The river is high.

A day begins with `==`. A line with `!` is a row of a table: grain, sacks, hours.
"""

from collections.abc import Iterator

from gristmill.pipeline.plugins import (
    Blob,
    Block,
    BlockKind,
    DocumentCode,
    DocumentError,
    Limits,
    Parsed,
    decode,
)

media_types = ("text/x-mill-log",)
version = "1"

_MARK = "MILLLOG "
_HEADER = "| grain | sacks | hours |"


def recognise(head: bytes, name: str) -> str | None:
    """The bytes decide, not the file's name."""
    return media_types[0] if head.startswith(_MARK.encode()) else None


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `parse_error` for a version that is not known."""
    text, encoding = decode(blob.data)
    opening, *lines = text.splitlines()
    if opening.removeprefix(_MARK).strip() != "1":
        raise DocumentError(DocumentCode.PARSE_ERROR, f"{opening!r} is no version of a mill log")
    fields = dict(_fields(lines))
    blocks = tuple(_blocks(lines[len(fields) :]))
    return Parsed(blocks, fields.pop("mill", None), {**fields, "encoding": encoding})


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon or " " in name:
            return
        yield name, value.strip()


def _blocks(lines: list[str]) -> Iterator[Block]:
    rows: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("!"):
            rows.append("| " + " | ".join(line[1:].split()) + " |")
            continue
        if rows:
            # A table is one block with a row a line: no row is ever cut.
            yield Block(BlockKind.TABLE, "\n".join([_HEADER, *rows]))
            rows = []
        if line.startswith("=="):
            yield Block(BlockKind.HEADING, line.strip("= "), level=1)
        elif line.strip():
            yield Block(BlockKind.TEXT, line)
