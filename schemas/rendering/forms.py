"""A whole document, and its tables, in each form that can be asked for."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from gristmill.schemas.outcomes.structure import BlockKind, DocumentWarning, StructureBlock
from gristmill.schemas.rendering.csv_tables import csv_tables
from gristmill.schemas.rendering.grids import Grid, grid_of
from gristmill.schemas.rendering.html_tables import html_table
from gristmill.schemas.rendering.html_text import html_page
from gristmill.schemas.rendering.markdown_text import markdown
from gristmill.schemas.rendering.plain_text import plain_text
from gristmill.schemas.rendering.structure_views import (
    BlockView,
    TableView,
    block_views,
    table_view,
)


class ContentForm(StrEnum):
    """How a whole document is written."""

    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    TEXT = "text"


class TableForm(StrEnum):
    """How tables are written."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


MEDIA_TYPES = {
    ContentForm.MARKDOWN: "text/markdown; charset=utf-8",
    ContentForm.HTML: "text/html; charset=utf-8",
    ContentForm.JSON: "application/json",
    ContentForm.TEXT: "text/plain; charset=utf-8",
    TableForm.JSON: "application/json",
    TableForm.CSV: "text/csv; charset=utf-8",
    TableForm.HTML: "text/html; charset=utf-8",
}


_MARKDOWN = "text/markdown"


class About(NamedTuple):
    """What is told of a document beside its blocks. It has no id where it is in no library."""

    document_id: str | None
    uri: str
    title: str | None
    media_type: str
    pages: int | None
    warnings: Sequence[DocumentWarning]


class ContentView(msgspec.Struct, frozen=True):
    """A document with all of its blocks, in reading order."""

    document_id: str | None
    uri: str
    title: str | None
    media_type: str
    pages: int | None
    warnings: Sequence[DocumentWarning]
    blocks: Sequence[BlockView]


class TablesView(msgspec.Struct, frozen=True):
    """The tables of a document, in its order."""

    items: Sequence[TableView]


NumberedTable = tuple[int, StructureBlock, Grid]
"""A table and its cells; numbers count a document's tables from 1."""


def numbered_tables(blocks: Iterable[StructureBlock]) -> Iterator[NumberedTable]:
    """The tables among `blocks`."""
    tables = (block for block in blocks if block.kind is BlockKind.TABLE)
    return ((number, block, grid_of(block)) for number, block in enumerate(tables, 1))


def written(form: ContentForm, about: About, blocks: Iterable[StructureBlock]) -> bytes:
    """A document in a form, in UTF-8."""
    match form:
        case ContentForm.JSON:
            return msgspec.json.encode(ContentView(*about, tuple(block_views(blocks))))
        case ContentForm.HTML:
            return html_page(blocks, about.title).encode()
        case ContentForm.TEXT:
            return plain_text(blocks).encode()
        case ContentForm.MARKDOWN:
            return markdown(blocks, marked=about.media_type == _MARKDOWN).encode()


def written_tables(form: TableForm, tables: Iterable[NumberedTable]) -> bytes:
    """Tables in a form, in UTF-8, one below the other."""
    match form:
        case TableForm.JSON:
            return msgspec.json.encode(TablesView([table_view(*each) for each in tables]))
        case TableForm.CSV:
            return "".join(csv_tables(grid for _, _, grid in tables)).encode()
        case TableForm.HTML:
            return "".join(f"{html_table(grid)}\n" for _, _, grid in tables).encode()
