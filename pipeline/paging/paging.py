"""Documents of pages: read at once, or a long one in parts that are joined in the end."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, cast

import msgspec

from gristmill.pipeline.paging.paged_shapes import PagedParser, PageReader, PageText
from gristmill.pipeline.paging.pages import whole
from gristmill.pipeline.parsing import told
from gristmill.pipeline.registry import parser_for
from gristmill.pipeline.shapes import Blob, Limits, Parsed, ParserPlugin

Ranges = tuple[tuple[int, int], ...]
"""Page ranges `first <= page < last`, from 1."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[PageText]).decode


class LongDocument(Exception):
    """A document is to be read in parts: the `ranges`."""

    def __init__(self, ranges: Ranges) -> None:
        super().__init__(f"in {len(ranges)} parts")
        self.ranges = ranges


class Paging(NamedTuple):
    """How a document of pages is read: in parts where it has more than `most` pages (0: never);
    `parts` is what was read of each of them (`read_part`), once all are done. A `reader` gets the
    pages that are images."""

    most: int = 0
    parts: Sequence[bytes] = ()
    reader: PageReader | None = None

    @property
    def most_in_a_part(self) -> int:
        return min(self.most, self.reader.most_pages) if self.reader else self.most


def paged(plugin: ParserPlugin) -> PagedParser | None:
    """A parser as one that reads page by page, None where it does not."""
    return cast(PagedParser, plugin) if hasattr(plugin, "open_pages") else None


def read_paged(parser: PagedParser, blob: Blob, limits: Limits, paging: Paging) -> Parsed:
    """A whole document. Raises DocumentError, and LongDocument where it is to be read in parts."""
    most = paging.most_in_a_part
    with told(), parser.open_pages(blob, limits, paging.reader) as document:
        if paging.parts:
            return document.joined([page for part in paging.parts for page in _decode(part)])
        if not most or document.count <= most:
            return whole(document)
        count = document.count
    raise LongDocument(page_ranges(count, most))


def page_ranges(pages: int, most: int) -> Ranges:
    """Ranges of about equal length, of `most` pages at most."""
    count = -(-pages // most)
    return tuple(pairwise(1 + pages * number // count for number in range(count + 1)))


def read_part(
    blob: Blob,
    media_type: str,
    limits: Limits,
    first: int,
    last: int,
    reader: PageReader | None = None,
) -> bytes:
    """What is read of the pages `first <= page < last`, for keeping. Raises DocumentError."""
    plugin = parser_for(media_type)
    parser = paged(plugin) if plugin else None
    assert parser is not None
    with told(), parser.open_pages(blob, limits, reader) as document:
        return _encode(document.read(first, last))
