"""A document's structure: its blocks in reading order, and what could not be read of it."""

from enum import StrEnum
from typing import NamedTuple

import msgspec


class BlockKind(StrEnum):
    """What a block is.

    TEXT may have been wrapped at some column, so its line ends mean little. In CODE and LIST a
    line is a unit worth keeping; in a TABLE each line is a row, which is never cut. CAPTION and
    FOOTNOTE are text with a place of their own. HEADER and FOOTER repeat on pages: they are part
    of the structure and of no chunk.
    """

    HEADING = "heading"
    TEXT = "text"
    TABLE = "table"
    CODE = "code"
    LIST = "list"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    HEADER = "header"
    FOOTER = "footer"


RUNNING = frozenset({BlockKind.HEADER, BlockKind.FOOTER})
"""What repeats on pages and belongs to no chunk."""


class Box(NamedTuple):
    """A place on a page, in points (1/72 inch) from its upper left corner as it is shown."""

    left: float
    top: float
    right: float
    bottom: float


class Cell(NamedTuple):
    """A cell of a table: its first row and column, from 0, and how many of each it spans."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    header: bool = False


class Region(msgspec.Struct, frozen=True):
    """Where on the pages something stands; `page` counts from 1."""

    page: int
    box: Box


class StructureBlock(msgspec.Struct, frozen=True, omit_defaults=True):
    """A block as the library keeps it: `text == normalised[start:end]`, where it is part of the
    normalised text (HEADER and FOOTER are not: both are None).

    `level` is 1 (outermost) and up for a heading, else 0. `cells` is empty for a table that is
    as plain as its text, whose lines are Markdown rows.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    box: Box | None = None
    cells: tuple[Cell, ...] = ()
    start: int | None = None
    end: int | None = None


class WarningCode(StrEnum):
    """What a document was read without. docs/job-lifecycle.md explains each."""

    PAGE_UNREADABLE = "page_unreadable"
    PAGE_NEEDS_OCR = "page_needs_ocr"
    IMAGE_WITHOUT_TEXT = "image_without_text"
    MACRO_LEFT_OUT = "macro_left_out"
    OBJECT_LEFT_OUT = "object_left_out"
    ENCODING_GUESSED = "encoding_guessed"
    TEXT_GARBLED = "text_garbled"
    CONTENT_CUT = "content_cut"
    MARKUP_BROKEN = "markup_broken"
    FILE_DAMAGED = "file_damaged"
    PART_UNREADABLE = "part_unreadable"
    STRUCTURE_LEFT_OUT = "structure_left_out"


class DocumentWarning(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something of a document that was not read, or not for sure, in a sentence for people.

    `page` counts from 1; `count` says how often, where one warning stands for several.
    """

    code: WarningCode
    message: str
    page: int | None = None
    count: int = 1
