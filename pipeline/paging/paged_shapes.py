"""What documents of pages are made of, and who reads them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import msgspec

from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.structure import BlockKind, Box, Cell, DocumentWarning


class PageBlock(msgspec.Struct, frozen=True, omit_defaults=True, array_like=True):
    """A block of a page, before anybody has seen the other pages: what `Block` says, with what
    decides on the whole document's headings. `size` is that of most of its letters, in points (0:
    not known); `bold` and `italic` say that all of them are; `lines` counts its lines. `tagged` is
    the level of what the file itself calls a heading, else 0."""

    kind: BlockKind
    text: str
    level: int = 0
    box: Box | None = None
    cells: tuple[Cell, ...] = ()
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    lines: int = 0
    tagged: int = 0


class PageText(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was read of one page, by its `number` from 1: plain `text`, or `blocks`. A `broken`
    page could not be read, and `trouble` may say why; one without text may still have something
    on it (`marked`). The text of a `recognised` one was read from its image. `warnings` say what
    of the page was not read."""

    number: int
    text: str = ""
    blocks: tuple[PageBlock, ...] = ()
    broken: bool = False
    marked: bool = False
    recognised: bool = False
    trouble: str = ""
    warnings: tuple[DocumentWarning, ...] = ()

    @property
    def has_text(self) -> bool:
        return bool(self.text.strip()) or any(block.text.strip() for block in self.blocks)

    @property
    def chars(self) -> int:
        return len(self.text) + sum(len(block.text) for block in self.blocks)


class PageImage(NamedTuple):
    """A page as an image file in PNM, PNG, JPEG or TIFF. `frame` counts the images of a TIFF from
    0; `dpi` is None where the file itself says it."""

    data: bytes
    dpi: int | None = None
    frame: int = 0


class UnreadablePage(Exception):
    """A page cannot be read; says why. Its document goes on without it."""


class PageReader(Protocol):
    """Reads images of pages. `engine` says what does it, for the document's metadata.

    Asked for pages without text of their own, or for all (`every_page`); rendered with `dpi`. No
    part of a document has more than `most_pages`: reading one takes long.
    """

    @property
    def engine(self) -> str: ...
    @property
    def dpi(self) -> int: ...
    @property
    def every_page(self) -> bool: ...
    @property
    def most_pages(self) -> int: ...
    def read(self, image: PageImage, /) -> str:
        """The page's text, with a blank line between paragraphs. Raises UnreadablePage, and
        DocumentError where the document had better fail."""


class PagedDocument(Protocol):
    """An opened document whose pages can be read apart from each other."""

    @property
    def count(self) -> int:
        """The number of pages."""

    def read(self, first: int, last: int, /) -> list[PageText]:
        """The pages `first <= number < last`. Raises DocumentError."""

    def joined(self, pages: Sequence[PageText], /) -> Parsed:
        """The document, from all of its pages in order. Raises DocumentError."""


class PagedParser(Protocol):
    """A parser of such documents. `parse` gives what `joined` makes of all pages, so that a long
    document may be read in parts, by several processes."""

    def open_pages(
        self, blob: Blob, limits: Limits, reader: PageReader | None, /
    ) -> AbstractContextManager[PagedDocument]:
        """The document; pages that are images are given to the reader, where there is one. Raises
        DocumentError where the document cannot be read at all."""
