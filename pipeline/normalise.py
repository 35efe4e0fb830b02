"""One clean text from a document's blocks, with the places that the chunker must know."""

import re
import unicodedata
from typing import NamedTuple

from gristmill.pipeline.shapes import Block, BlockKind, Parsed
from gristmill.schemas.outcomes.structure import RUNNING, Cell, StructureBlock

LONGEST_BLANK = 200
"""A longer run of blanks says nothing more and would fill chunks of its own."""

MAX_TITLE_CHARS = 300

MAX_HEADING_LEVEL = 20
"""Deeper headings count as this deep, so that no chunk's path of headings is longer than it."""

_UNITS = frozenset({BlockKind.TABLE, BlockKind.CODE, BlockKind.LIST})
_LINE_ENDS = re.compile("[\r\u2028\u2029\x85\x0b\x0c]")
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\ufeff\ufffe\uffff]")
_ASCII_LINE_ENDS = bytes.maketrans(b"\r\x0b\x0c", b"\n\n\n")
_ASCII_UNWANTED = bytes([*range(0x09), *range(0x0E, 0x20), 0x7F])
_ODD_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MANY_LINES = re.compile(r"\n{4,}")
_LONG_BLANK = re.compile(rf"[ \t]{{{LONGEST_BLANK},}}")


class HeadingAt(NamedTuple):
    """A heading line of the text; `level` is 1 (outermost) and up."""

    offset: int
    level: int
    title: str


class Span(NamedTuple):
    """`text[start:end]` is a block whose lines are units: code, a list, or a table, whose rows
    (its lines) are never cut."""

    start: int
    end: int
    kind: BlockKind


class Normalised(NamedTuple):
    """The text of a document. Offsets count characters, in rising order.

    `page_starts` holds (offset, page): what follows is on that page. `spans` are the blocks
    that are not running text, `structure` all blocks, those of running headers and footers too.
    """

    text: str
    headings: tuple[HeadingAt, ...] = ()
    page_starts: tuple[tuple[int, int], ...] = ()
    spans: tuple[Span, ...] = ()
    structure: tuple[StructureBlock, ...] = ()


def assemble(parsed: Parsed) -> Normalised:
    """Blocks, each cleaned, joined by a blank line. Blocks without text are left out."""
    parts: list[str] = []
    headings: list[HeadingAt] = []
    pages: list[tuple[int, int]] = []
    spans: list[Span] = []
    structure: list[StructureBlock] = []
    offset = 0
    for block in parsed.blocks:
        text = clean_line(block.text) if block.kind is BlockKind.HEADING else clean(block.text)
        if not text:
            continue
        structure.append(_placed(block, text, None if block.kind in RUNNING else offset))
        if block.kind in RUNNING:
            continue
        if block.page is not None and (not pages or pages[-1][1] != block.page):
            pages.append((offset, block.page))
        if block.kind is BlockKind.HEADING:
            headings.append(HeadingAt(offset, _level(block), text[:MAX_TITLE_CHARS]))
        elif block.kind in _UNITS:
            spans.append(Span(offset, offset + len(text), block.kind))
        parts.append(text)
        offset += len(text) + 2
    return Normalised(
        "\n\n".join(parts), tuple(headings), tuple(pages), tuple(spans), tuple(structure)
    )


def _placed(block: Block, text: str, offset: int | None) -> StructureBlock:
    return StructureBlock(
        block.kind,
        text,
        _level(block) if block.kind is BlockKind.HEADING else 0,
        block.page,
        block.box,
        tuple(map(_clean_cell, block.cells)),
        offset,
        None if offset is None else offset + len(text),
    )


def _level(block: Block) -> int:
    return min(max(1, block.level), MAX_HEADING_LEVEL)


def _clean_cell(cell: Cell) -> Cell:
    return cell._replace(text=clean(cell.text).strip())


def clean(text: str) -> str:
    """NFC, LF line ends, no control characters, no trailing blanks, no leading blank lines."""
    if not text.isprintable():  # which odd blanks are not, either
        text = _clean_layout(text)
    if not text.isascii():
        text = _clean_unicode(text)
    if " " * LONGEST_BLANK in text or "\t" in text:
        text = _LONG_BLANK.sub(" " * LONGEST_BLANK, text)
    return text.strip("\n").rstrip()


def clean_line(text: str) -> str:
    """`text` cleaned, on one line, its blanks collapsed."""
    return " ".join(clean(text).split())


def _clean_unicode(text: str) -> str:
    text = _SURROGATES.sub("\ufffd", text)
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _with_few_marks(text))


def _with_few_marks(text: str) -> str:
    """No more marks on a letter than 30 (UAX #15, stream-safe text): the standard library puts
    them in order in quadratic time."""
    marks = re.escape("".join(filter(unicodedata.combining, set(text))))
    return re.sub(f"([{marks}]{{30}})[{marks}]+", r"\1", text) if marks else text


def _clean_layout(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if text.isascii():
        text = text.encode().translate(_ASCII_LINE_ENDS, _ASCII_UNWANTED).decode()
    else:
        text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", _ODD_BLANKS.sub(" ", text)))
    if " \n" in text or "\t\n" in text:
        # Not a pattern: one for trailing blanks is quadratic on a long run inside a line.
        text = "\n".join(map(str.rstrip, text.split("\n")))
    return _MANY_LINES.sub("\n\n\n", text) if "\n\n\n\n" in text else text
