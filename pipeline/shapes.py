"""What passes through the pipeline: bytes with a name, blocks of text, and limits."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from gristmill.schemas.outcomes.structure import BlockKind, Box, Cell, DocumentWarning

__all__ = ["Blob", "Block", "BlockKind", "Limits", "Parsed", "Parser", "ParserPlugin"]


class Blob(NamedTuple):
    """The bytes of one document. `name` is its file name or uri, `claimed` the media type that
    its sender gave."""

    data: bytes
    name: str = ""
    claimed: str | None = None


class Limits(msgspec.Struct, frozen=True):
    """What one document may cost.

    `max_document_bytes`: of a document inside of another; whoever reads a file looks by himself.
    `max_json_depth`: nesting of a JSON document. `max_text_chars`: characters of its text.
    `max_pages`: pages of a PDF, slides. `max_pixels`: of the image of one page. `max_cells`:
    cells of a workbook, empty ones included.
    What is compressed: `max_inflated_bytes` in all, `max_inflation` times its own size,
    `max_members` files, `max_nesting` containers inside each other.
    `structure`: whether the structure of a PDF may be read, at several times the cost of its text.
    """

    max_document_bytes: int = 256 * 1024 * 1024
    max_json_depth: int = 100
    max_text_chars: int = 256_000_000
    max_pages: int = 100_000
    max_pixels: int = 100_000_000
    max_cells: int = 2_000_000
    max_inflated_bytes: int = 1_000_000_000
    max_inflation: int = 200
    max_members: int = 20_000
    max_nesting: int = 8
    structure: bool = True


class Block(NamedTuple):
    """A piece of a document, in reading order.

    `level` is 1 (outermost) and up for a heading, else 0; `page` counts from 1, and `box` is the
    place on it. Of a table, `text` has a Markdown row in each line; `cells` say more where some
    span several rows or columns, or where it has none or several header rows.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    box: Box | None = None
    cells: tuple[Cell, ...] = ()


class Parsed(NamedTuple):
    """What a parser made of a document. `metadata` holds JSON-able values only; `warnings` say
    what could not be read, or not for sure."""

    blocks: Sequence[Block]
    title: str | None = None
    metadata: Mapping[str, Any] = {}
    pages: int | None = None
    warnings: Sequence[DocumentWarning] = ()


class Parser(Protocol):
    """Turns the bytes of its media types into blocks; raises DocumentError when it cannot."""

    def __call__(self, blob: Blob, limits: Limits, /) -> Parsed: ...


class ParserPlugin(Protocol):
    """What an entry point of the group `gristmill.parsers` names; a module will do.

    `version` goes into the pipeline hash: raise it when the result for the same bytes changes.
    A `preload` function without arguments, where there is one, is called once before workers
    are forked, to import what is heavy. A function `recognise(head, name) -> str | None`, where
    there is one, is asked before our own detection: the first bytes and the name of a document,
    answered with one of its media types. One that is a `paged_shapes.PagedParser` as well may
    get its documents in parts.
    """

    @property
    def media_types(self) -> tuple[str, ...]: ...
    @property
    def version(self) -> str: ...
    @property
    def parse(self) -> Parser: ...
