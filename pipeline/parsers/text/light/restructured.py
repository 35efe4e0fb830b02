"""reStructuredText as text: section titles by their adornments, literal blocks, lists, tables."""

import re
from collections.abc import Iterator

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.tables import spanned_table, table_block
from gristmill.pipeline.parsers.text.light.grid_tables import grid_cells
from gristmill.pipeline.parsers.text.light.logos import name_on_logo
from gristmill.pipeline.parsers.text.light.restructured_tables import rows_of
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

media_types = ("text/x-rst",)
version = "4"

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1+\Z")
_HEADER_FIELD = re.compile(r":?([A-Z][A-Za-z-]{1,30}):\s+(\S.*)\Z")
_LIST_ITEM = re.compile(r"(?:[-*+•]|\(?(?:\d{1,3}|#|[a-zA-Z])[.)])\s")
_TABLE = re.compile(r"(?:=+(?:\s+=+)+|\+[-=+]+\+)\s*\Z")
_NOTE = re.compile(r"\.\. \[([\w.#*-]{1,60})\](?:\s+|\Z)")
_CODE = re.compile(r"\.\. (?:code|code-block|sourcecode|literalinclude|math|parsed-literal)::")
_IMAGE = re.compile(r"\.\. (?:image|figure)::\s*(\S+)")
_ALT = re.compile(r"\s+:alt:\s+(\S.*)")
_MARKS = re.compile(
    r"(``|\*\*)(?=\S)(.+?)(?<=\S)\1|:[\w:+.-]+:`([^`<>]+)`|(?<!`)`([^`<>]+)(?:\s<[^<>`]*>)?`_{0,2}"
)
_INLINE_CHARS = 300
_HEADER_LINES = 60


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The fields that open a document (`:Author: ..`, or a PEP's `Title: ..`) are metadata."""
    text, encoding, warnings = read_text(blob.data)
    lines = text.expandtabs(8).splitlines()
    fields = _fields(lines[_after_title(lines) :])
    title = fields.pop("title", None) or _logo(lines)
    return Parsed(tuple(_blocks(lines)), title, {**fields, "encoding": encoding}, warnings=warnings)


def _logo(lines: list[str]) -> str | None:
    """The name that a logo says above the first section's title."""
    source = ""
    for at, line in enumerate(lines[:_HEADER_LINES]):
        if _title_at(lines, at):
            break
        if image := _IMAGE.match(line):
            source = image[1]
        elif source and (alt := _ALT.match(line)):
            if name := name_on_logo(alt[1].strip(), source):
                return name
        elif not line.startswith(" "):
            source = ""
    return None


def _after_title(lines: list[str]) -> int:
    """The line after the document's title, when it opens with one; else 0."""
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    found = _title_at(lines, first) if first is not None else None
    return found[2] if found else 0


def _fields(lines: list[str]) -> dict[str, str]:
    """The field list at the top, keys in lower case; continuation lines are joined."""
    fields: dict[str, str] = {}
    key = ""
    for line in lines[:_HEADER_LINES]:
        if match := _HEADER_FIELD.match(line):
            key = match[1].lower()
            fields[key] = match[2].strip()
        elif key and line.startswith(" ") and line.strip():
            fields[key] += " " + line.strip()
        elif line.strip() or fields:
            break
    return fields


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Sections' titles and, between blank lines, everything else."""
    styles: dict[tuple[str, bool], int] = {}
    position = 0
    literal = False
    while position < len(lines):
        if not lines[position].strip():
            position += 1
        elif found := _title_at(lines, position):
            title, style, position = found
            level = styles.setdefault(style, len(styles) + 1)
            literal = False
            yield Block(BlockKind.HEADING, _unmarked(title), level)
        else:
            end = _block_end(lines, position, literal)
            block = _block(lines[position:end], literal)
            literal = _opens_literal(lines[end - 1]) or (
                _CODE.match(lines[position].strip()) is not None and end - position < 2
            )
            position = end
            yield block


def _title_at(lines: list[str], at: int) -> tuple[str, tuple[str, bool], int] | None:
    """A section title: its text, its style (adornment, overlined) and the line after it."""
    first = lines[at].rstrip()
    second = lines[at + 1].rstrip() if at + 1 < len(lines) else ""
    third = lines[at + 2].rstrip() if at + 2 < len(lines) else ""
    if _ADORNMENT.match(first) and first == third and second.strip() and len(first) >= 3:
        return second.strip(), (first[0], True), at + 3
    if first[:1].strip() and _ADORNMENT.match(second) and not _ADORNMENT.match(first):
        blank_before = at == 0 or not lines[at - 1].strip() or lines[at - 1][:3] == ".. "
        if blank_before and len(second) >= min(len(first), 4):
            return first.strip(), (second[0], False), at + 2
    return None


def _unmarked(title: str) -> str:
    """A title's words without inline marks."""
    if len(title) > _INLINE_CHARS or not ("`" in title or "**" in title):
        return title
    return _MARKS.sub(lambda mark: mark[2] or mark[3] or mark[4], title)


def _block_end(lines: list[str], start: int, literal: bool) -> int:
    """The line after the block: a literal block or a table ends by indentation, else by blank."""
    indented = lines[start].startswith(" ")
    table = _TABLE.match(lines[start].strip()) is not None and lines[start].strip()[0] == "="
    end = start + 1
    rules = 1
    while end < len(lines):
        line = lines[end]
        if table:
            rules += _TABLE.match(line.strip()) is not None
            after_rule = rules != 2 or _TABLE.match(lines[end - 1].strip())
            if not line.strip() and (after_rule or _next_leaves_table(lines, end)):
                break
        elif literal and indented:
            if line.strip() and not line.startswith(" "):
                break
        elif not line.strip():
            break
        end += 1
    return end


def _next_leaves_table(lines: list[str], blank: int) -> bool:
    return not any(_TABLE.match(line.strip()) for line in lines[blank + 1 : blank + 40])


def _block(lines: list[str], literal: bool) -> Block:
    first = lines[0].strip()
    text = "\n".join(lines)
    if literal and lines[0].startswith(" "):
        return Block(BlockKind.CODE, text)
    if _TABLE.match(first):
        return _table(lines) or Block(BlockKind.TABLE, text)
    if _CODE.match(first):
        return Block(BlockKind.CODE, text)
    if note := _NOTE.match(first):
        said = " ".join([first[note.end() :], *map(str.strip, lines[1:])])
        return Block(BlockKind.FOOTNOTE, f"[{note[1]}] {said}".strip())
    if _LIST_ITEM.match(first) or first.startswith((":", "|")) or _HEADER_FIELD.match(first):
        return Block(BlockKind.LIST, text)
    return Block(BlockKind.TEXT, text)


def _table(lines: list[str]) -> Block | None:
    if lines[0].lstrip().startswith("+") and (cells := grid_cells(lines)):
        return spanned_table(cells)
    rows = rows_of(lines)
    return table_block(rows) if rows else None


def _opens_literal(line: str) -> bool:
    stripped = line.strip()
    if stripped.startswith(".. "):
        return _CODE.match(stripped) is not None
    return stripped.endswith("::")
