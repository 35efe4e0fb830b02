"""Tables of reStructuredText become rows."""

import pytest

from gristmill.pipeline.parsers.text.light import restructured
from gristmill.pipeline.shapes import Blob, BlockKind, Limits

SIMPLE = """\
=======  =====  ===============
Measure  Kg     Remarks
=======  =====  ===============
Peck     6.8    a baker's
                order
Bushel   27
=======  =====  ===============

The end.
"""
GRID = """\
+------------+-------+
| Gear       | Teeth |
+============+=======+
| pit wheel, | 80    |
| of iron    |       |
+------------+-------+
| all of them: many  |
+------------+-------+
"""
HEADLESS = "=====  ===\nPeck   6.8\n=====  ===\n\nThe end.\n\n===  ===\na    b\n===  ===\n"
SPANNING_ROWS = (
    "+---+-------+\n| a | b     |\n+   +---+---+\n|   | c | d |\n|   |   +---+\n|   |   | e |\n"
    "+---+---+---+\n"
)


def tables(text: str) -> list[str]:
    parsed = restructured.parse(Blob(text.encode(), "a.rst"), Limits())
    return [block.text for block in parsed.blocks if block.kind is BlockKind.TABLE]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            SIMPLE,
            [
                "| Measure | Kg | Remarks |\n| --- | --- | --- |\n"
                "| Peck | 6.8 | a baker's order |\n| Bushel | 27 |  |"
            ],
        ),
        (
            GRID,
            [
                "| Gear | Teeth |\n| --- | --- |\n| pit wheel, of iron | 80 |\n"
                "| all of them: many |  |"
            ],
        ),
        (HEADLESS, ["| Peck | 6.8 |\n| --- | --- |", "| a | b |\n| --- | --- |"]),
    ],
)
def test_tables_are_markdown_rows(text: str, rows: list[str]) -> None:
    assert tables(text) == rows


def test_cells_of_a_grid_may_span_rows_and_columns() -> None:
    (block,) = restructured.parse(Blob(SPANNING_ROWS.encode(), "a.rst"), Limits()).blocks
    assert block.text == "| a | b |  |\n| --- | --- | --- |\n|  | c | d |\n|  |  | e |"
    assert [tuple(cell) for cell in block.cells] == [
        ("a", 0, 0, 3, 1, False),
        ("b", 0, 1, 1, 2, False),
        ("c", 1, 1, 2, 1, False),
        ("d", 1, 2, 1, 1, False),
        ("e", 2, 2, 1, 1, False),
    ]


@pytest.mark.parametrize("table", ["+---+---+\n| a | b |\n+   +--\n|   | c |\n+---+---+\n"])
def test_a_table_that_cannot_be_taken_apart_stays_as_it_is(table: str) -> None:
    assert tables(table) == [table.rstrip("\n")]


@pytest.mark.parametrize(
    ("rule", "row"), [("= " * 50_000 + "=\n", "a\n"), ("+-" * 50_000 + "+\n", "|\n")]
)
def test_a_table_of_many_columns_and_little_in_them_is_left_as_it_is(rule: str, row: str) -> None:
    text = rule + row * 10_000 + rule
    assert tables(text) == [text.rstrip("\n")]


@pytest.mark.slow
def test_a_row_of_a_hundred_thousand_lines_is_joined_once() -> None:
    rule = "=  ===\n"
    (table,) = tables(rule + "a  b\n" + "   c\n" * 100_000 + rule)
    assert table == f"| a | b{' c' * 100_000} |\n| --- | --- |"


def test_footnotes_are_notes() -> None:
    text = "It turns [1]_.\n\n.. [1] By night,\n   slowly.\n\n.. [#a] Often.\n"
    blocks = restructured.parse(Blob(text.encode(), "a.rst"), Limits()).blocks
    assert [block.text for block in blocks if block.kind is BlockKind.FOOTNOTE] == [
        "[1] By night, slowly.",
        "[#a] Often.",
    ]
