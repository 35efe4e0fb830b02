"""Tables whose cells are drawn, and rules that enclose no table."""

import pytest
from support.writers.pdf_layout import Line, drawn, layout_pdf, paragraph

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.parsers.pages.layout.placed.rules import Rule, grids_of
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits

PROSE = "Grain is poured into the hopper by the sack and the stones are set by ear. " * 4
Drawn = tuple[float, float, float, float]
X, Y = (72, 172, 272, 372), (200, 230, 260, 290)


def grid(xs: tuple[int, ...] = X, ys: tuple[int, ...] = Y) -> list[Drawn]:
    level = [(xs[0], y, xs[-1], y) for y in ys]
    return [*level, *((x, ys[0], x, ys[-1]) for x in xs)]


def tables(lines: list[Line], rules: list[Drawn]) -> list[Block]:
    page = drawn([*paragraph(PROSE, 72, 100), *lines], rules)
    blocks = pdf.parse(Blob(layout_pdf([page])), Limits()).blocks
    return [block for block in blocks if block.kind is BlockKind.TABLE]


def words(*rows: str) -> list[Line]:
    cells = [row.split("|") for row in rows]
    return [
        Line(text.strip(), X[column] + 4, Y[row] + 8)
        for row, some in enumerate(cells)
        for column, text in enumerate(some)
        if text.strip()
    ]


def test_each_cell_that_is_drawn_is_one_cell() -> None:
    lines = words("Mill | Stones | Sacks", "Lower | granite | 412", "Upper | basalt | 96")
    lines.append(Line("from the quarry", X[1] + 4, Y[1] + 18))
    (table,) = tables(lines, grid())
    assert table.text.splitlines() == [
        "| Mill | Stones | Sacks |",
        "| --- | --- | --- |",
        "| Lower | granite from the quarry | 412 |",
        "| Upper | basalt | 96 |",
    ]


def test_a_cell_without_a_rule_inside_spans_its_columns() -> None:
    rules = [rule for rule in grid() if rule[:2] != (X[2], Y[0])]
    rules.append((X[2], Y[1], X[2], Y[-1]))
    (table,) = tables(words("Mill | Of the year", "Name | May | June", "Lower | 4 | 9"), rules)
    first = [(cell.text, cell.columns) for cell in table.cells if cell.row == 0]
    assert first == [("Mill", 1), ("Of the year", 2)]
    assert [cell.text for cell in table.cells if cell.header] == [
        *("Mill", "Of the year"),
        *("Name", "May", "June"),
    ]


def test_a_word_that_is_cut_in_a_cell_is_whole_there_and_in_the_text() -> None:
    rules = [rule for rule in grid() if rule[:2] != (X[2], Y[0])]
    rules.append((X[2], Y[1], X[2], Y[-1]))
    lines = words("Mill | Of the year", "Name | May | June", "Lower | gran- | 9")
    lines.append(Line("ite", X[1] + 4, Y[2] + 19))
    (table,) = tables([*lines, *paragraph("All of granite.", 72, 400)], rules)
    assert "| granite |" in table.text
    assert "granite" in [cell.text for cell in table.cells]


def test_a_table_without_rules_at_its_sides_has_its_outer_columns() -> None:
    rules = [rule for rule in grid() if rule[:2] not in ((X[0], Y[0]), (X[-1], Y[0]))]
    (table,) = tables(words("Mill | Stone | Sacks", "Low | granite | 4", "High | slate | 9"), rules)
    assert table.text.splitlines()[-1] == "| High | slate | 9 |"


def test_a_frame_around_prose_is_no_table() -> None:
    assert tables([], [*grid((60, 560), (90, 170)), *grid((60, 300, 560), (600, 700))]) == []


@pytest.mark.parametrize(("count", "cells"), [(2, 1), (5, 16), (900, 0)])
def test_grids_are_found_and_nothing_is_looked_for_in_a_chart(count: int, cells: int) -> None:
    places = [20.0 * number for number in range(count)]
    rules = [Rule(level, at, 0, places[-1]) for at in places for level in (True, False)]
    assert sum(map(len, grids_of(rules))) == cells


def test_padding_around_cells_is_no_row() -> None:
    rules = [Rule(False, x, 0, 46) for x in (0, 100, 200)]
    rules += [Rule(True, y, 0, 200) for y in (0, 5, 20, 26, 41, 46)]
    (found,) = grids_of(rules)
    assert {(cell.row, cell.column) for cell in found} == {(0, 0), (0, 1), (1, 0), (1, 1)}
