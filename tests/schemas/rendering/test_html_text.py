"""HTML, CSV and JSON of a structure."""

import csv
import io

import msgspec
import pytest
from lxml import html as lxml_html
from support.markdown_reading import html_cells

from gristmill.schemas.outcomes.structure import BlockKind, Box, Cell, StructureBlock
from gristmill.schemas.rendering.csv_tables import csv_tables
from gristmill.schemas.rendering.forms import numbered_tables
from gristmill.schemas.rendering.grids import grid_of
from gristmill.schemas.rendering.html_text import html, html_page
from gristmill.schemas.rendering.plain_text import plain_text
from gristmill.schemas.rendering.structure_views import block_views, table_view

_EVIL = '</p></code><script>alert("x")</script>&amp;<img src=x onerror=y> '
_PLAIN = StructureBlock(BlockKind.TABLE, '| a | b\\|c |\n| :-- | --: |\n| 1, 2 |\n|  | "q" | 3 |')
_SPANS = StructureBlock(
    BlockKind.TABLE,
    "| x |",
    page=2,
    box=Box(1, 2, 3, 4),
    cells=(
        Cell("Head", 0, 0, 1, 3, True),
        Cell("tall", 1, 0, 2),
        Cell("one\ntwo", 1, 1),
        Cell("last", 2, 2),
        Cell("alone", 3, 2),
    ),
)


@pytest.mark.parametrize("kind", list(BlockKind))
def test_no_text_becomes_an_element(kind: BlockKind) -> None:
    text = f"| {_EVIL} |" if kind is BlockKind.TABLE else _EVIL
    blocks = [
        StructureBlock(kind, text, page=1),
        StructureBlock(BlockKind.TABLE, "x", cells=(Cell(_EVIL, 0, 0),)),
        StructureBlock(BlockKind.LIST, f"- {_EVIL}\n  1. {_EVIL}"),
    ]
    root = lxml_html.document_fromstring(html_page(blocks, _EVIL, running=True))
    tags = {element.tag for element in root.iter()}
    assert not tags & {"script", "img"}
    assert root.text_content().count(_EVIL.strip()) == 5


def test_lists_are_nested_and_keep_their_numbers() -> None:
    block = StructureBlock(BlockKind.LIST, "3. a\n4. b\n   - c\n   - d\n5. e", page=7)
    assert html([block]).replace("\n", "") == (
        '<ol start="3" data-page="7"><li>a</li><li>b<ul><li>c</li><li>d</li></ul></li>'
        "<li>e</li></ol>"
    )


def test_cells_stand_where_they_were_also_beside_gaps_and_below_tall_ones() -> None:
    found = [cell for cell in html_cells(html([_SPANS])) if cell[2]]
    assert found == [
        (0, 0, "Head", 1, 3, True),
        (1, 0, "tall", 2, 1, False),
        (1, 1, "one two", 1, 1, False),
        (2, 2, "last", 1, 1, False),
        (3, 2, "alone", 1, 1, False),
    ]


def test_rows_of_markdown_are_cells_of_any_of_the_written_forms() -> None:
    grid = grid_of(_PLAIN)
    assert (grid.rows, grid.columns) == (3, 3)
    assert [(c.text, c.row, c.column, c.header) for c in grid.cells] == [
        ("a", 0, 0, True),
        ("b|c", 0, 1, True),
        ("1, 2", 1, 0, False),
        ("", 2, 0, False),
        ('"q"', 2, 1, False),
        ("3", 2, 2, False),
    ]
    assert "<thead>\n<tr><th>a</th><th>b|c</th></tr>\n</thead>" in html([_PLAIN])


def test_tables_as_csv_are_read_back_by_a_reader_of_csv() -> None:
    text = "".join(csv_tables(map(grid_of, (_PLAIN, _SPANS))))
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["a", "b|c", ""],
        ["1, 2", "", ""],
        ["", '"q"', "3"],
        [],
        ["Head", "", ""],
        ["tall", "one\ntwo", ""],
        ["", "", "last"],
        ["", "", "alone"],
    ]


def test_spans_that_no_table_can_have_cost_nothing() -> None:
    cells = [Cell("a", 0, 0, 10**9, 10**9)] + [Cell("b", row, 7) for row in range(1, 1000)]
    block = StructureBlock(BlockKind.TABLE, "x", cells=tuple(cells))
    grid = grid_of(block)
    assert (grid.rows, grid.columns) == (1000, 1000)
    assert len("".join(csv_tables([grid]))) < 1000 * 20
    assert len(html([block])) < 1000 * 100


def test_json_has_the_place_of_each_block_and_the_cells_of_each_table() -> None:
    blocks = [StructureBlock(BlockKind.HEADING, "A", 1, 1, Box(0, 0, 9, 9), (), 0, 1), _SPANS]
    heading, table = msgspec.to_builtins(list(block_views(blocks)))
    assert heading == {
        "kind": "heading",
        "level": 1,
        "text": "A",
        "page": 1,
        "box": (0, 0, 9, 9),
        "start": 0,
        "end": 1,
        "cells": None,
    }
    assert table["cells"][1] == {
        "row": 1,
        "column": 0,
        "rows": 2,
        "columns": 1,
        "header": False,
        "text": "tall",
    }
    (only,) = numbered_tables(blocks)
    view = table_view(*only)
    assert (view.number, view.page, view.rows, view.columns) == (1, 2, 4, 3)


def test_text_is_what_offsets_count_in() -> None:
    blocks = [
        StructureBlock(BlockKind.HEADER, "Report"),
        StructureBlock(BlockKind.HEADING, "A", 1, start=0, end=1),
        StructureBlock(BlockKind.TEXT, "b\n\nc", start=3, end=7),
    ]
    text = plain_text(blocks)
    assert text == "A\n\nb\n\nc"
    assert all(text[each.start : each.end] == each.text for each in blocks[1:])
