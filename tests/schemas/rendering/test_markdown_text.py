"""Markdown of a structure is read back as that structure, whatever its text looks like."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.markdown_reading import collapsed, structure_of

from gristmill.schemas.outcomes.structure import BlockKind, Cell, StructureBlock
from gristmill.schemas.rendering.grids import grid_of, plain_rows
from gristmill.schemas.rendering.list_items import items_of
from gristmill.schemas.rendering.markdown_text import markdown
from gristmill.schemas.rendering.paragraphs import paragraphs

# What Markdown's readers take for marks, beside words; most of all at the start of a line.
_PIECES = (
    *(
        "a",
        "word",
        "Zeit",
        "é",
        "\u3000",
        "9",
        "12",
        "1.",
        "2)",
        "3. ",
        "-",
        "- ",
        "--",
        "---",
        "+ ",
    ),
    *("*", "* ", "**", "***", "_", "__", "`", "```", "~", "~~~", "#", "# ", "## ", ">", "> ", "="),
    *(
        "===",
        "[",
        "]",
        "](",
        "](u)",
        "[a]: b",
        "[x]",
        "!",
        "![",
        "(",
        ")",
        "<",
        "<b>",
        "</",
        "<!--",
    ),
    *("<http://a.b>", "&", "&amp;", "&#35;", "\\", "\\\\", "|", "| --- |", ":-", "\t", " ", "  "),
    *("    ", "\n", "\n", "\n    ", "http://a.b/c_d_e", "a@b.c", "$", "^", "•", "\u2028", "\x0b"),
)
_TEXT = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=12).map("".join)
_LINE = _TEXT.map(collapsed)
_LIST_LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "  ", "    ", "      "]),
        st.sampled_from(["- ", "* ", "0. ", "1. ", "2. ", "3) ", "7. ", "", "a) "]),
        _LINE,
    ).map("".join),
    min_size=1,
    max_size=6,
).map("\n".join)
_MARKS = "-*+1•"
_ROWS = st.lists(st.lists(_LINE, min_size=1, max_size=4), min_size=1, max_size=4)


def _table_text(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


@st.composite
def _cells(draw: st.DrawFn) -> tuple[Cell, ...]:
    """Cells that cover a small grid, some over several rows and columns, some left out."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    header_rows = draw(st.integers(0, 2))
    taken: set[tuple[int, int]] = set()
    cells = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken or draw(st.integers(0, 9)) == 0:
                continue
            down = draw(st.integers(1, 2)) if row + 1 < rows else 1
            across = draw(st.integers(1, 2)) if (row, column + 1) not in taken else 1
            across = min(across, columns - column)
            taken.update((row + y, column + x) for y in range(down) for x in range(across))
            cells.append(Cell(draw(_TEXT), row, column, down, across, row < header_rows))
    return tuple(cells)


_BLOCKS = st.one_of(
    st.builds(StructureBlock, st.just(BlockKind.HEADING), _LINE, st.integers(1, 8)),
    st.builds(StructureBlock, st.sampled_from([BlockKind.TEXT, BlockKind.CAPTION]), _TEXT),
    st.builds(StructureBlock, st.just(BlockKind.CODE), _TEXT),
    st.builds(StructureBlock, st.just(BlockKind.LIST), _LIST_LINES),
    st.builds(StructureBlock, st.just(BlockKind.TABLE), _ROWS.map(_table_text)),
    st.builds(
        lambda cells: StructureBlock(BlockKind.TABLE, "x" if cells else "", cells=cells), _cells()
    ),
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(_BLOCKS, min_size=1, max_size=4))
def test_any_structure_is_read_back_as_it_was(blocks: list[StructureBlock]) -> None:
    _check(blocks)


_MARKED = (
    *("# a", "####### a", "#", "a #", "a ## ##", "> a", "- a", "+ a", "* a", "-", "1. a", "12) a"),
    *(
        "1234567890. a",
        "---",
        "- - -",
        "***",
        "* * *",
        "_ _ _",
        "===",
        "```",
        "``` a",
        "~~~",
        "~~a~~",
    ),
    *(
        "*a*",
        "a*b*c",
        "**a**",
        "_a_",
        "__a__",
        "a_b_c",
        "`a`",
        "``",
        "[a]: /b",
        "[a](b)",
        "![a](b)",
    ),
    *(
        "[a][b]",
        "[a]",
        "[^1]: a",
        "<b>",
        "<7a.b@c.de>",
        "</b>",
        "<!-- a -->",
        "<?a?>",
        "<a@b.c>",
        "<http://a.b>",
    ),
    *(
        "&amp;",
        "&#35;",
        "&copy",
        "a & b",
        "C:\\temp",
        "\\*a\\*",
        "a\\",
        "\\",
        "|a|b|",
        "| --- |",
        ":--",
    ),
    *(
        "--|--",
        "a | b\n--- | ---\nc | d",
        "a\n---",
        "a\n===",
        "[a]:\n/b",
        "    a",
        "\ta",
        "<table>",
    ),
)


@pytest.mark.parametrize("marks", _MARKED)
def test_text_that_looks_like_marks_is_shown_as_it_is_wherever_it_stands(marks: str) -> None:
    line, text, item = collapsed(marks), marks, BlockKind.LIST
    lazy = "y" if line[0] in _MARKS else line
    blocks = [
        StructureBlock(BlockKind.TEXT, text),
        StructureBlock(BlockKind.TEXT, f"[a] {text}"),
        StructureBlock(BlockKind.TEXT, f"first\n{text}\n[a] last"),
        StructureBlock(BlockKind.HEADING, text, 2),
        StructureBlock(item, f"- {line}\n  - {line}\n- x\n{lazy}"),
        StructureBlock(item, f"1. {line}\n2. {line}"),
        StructureBlock(item, f"x: {line}\n{line}"),
        StructureBlock(BlockKind.TABLE, _table_text([[line, "b"], ["c", line], [line, line]])),
        StructureBlock(BlockKind.TABLE, line, cells=(Cell(text, 0, 0, 1, 2), Cell(text, 1, 0))),
        StructureBlock(BlockKind.CODE, text),
        StructureBlock(BlockKind.FOOTNOTE, text),
    ]
    for count in range(1, len(blocks) + 1):
        _check(blocks[:count])


def test_an_item_numbered_below_another_is_an_item_and_a_measure_is_none() -> None:
    steps = "1. Grain\n   1.1 Rye\n   1.1.1. Winter rye\n   1.2 Oats\n2. Take\n   2.5 kg of flour"
    block = StructureBlock(BlockKind.LIST, steps)
    assert markdown([block]) == (
        "1. Grain\n   - 1.1 Rye\n   - 1.1.1. Winter rye\n   - 1.2 Oats\n"
        "2. Take\n   2.5 kg of flour\n"
    )
    _check([block])


def test_lettered_items_below_a_numbered_one_are_items_and_a_name_is_none() -> None:
    steps = "1. Grain\n   a) rye\n   (b) oats, as\n   A. Miller says\n2. Water\n   2.4.1. leat"
    block = StructureBlock(BlockKind.LIST, steps)
    assert markdown([block]) == (
        "1. Grain\n   - a) rye\n   - (b) oats, as\n     A. Miller says\n"
        "2. Water\n   - 2.4.1. leat\n"
    )
    _check([block])


def test_headers_and_footers_of_pages_are_written_only_where_they_are_asked_for() -> None:
    blocks = [
        StructureBlock(BlockKind.HEADER, "Annual report"),
        StructureBlock(BlockKind.TEXT, "Flour."),
        StructureBlock(BlockKind.FOOTER, "Page 1"),
    ]
    assert markdown(blocks) == "Flour.\n"
    assert markdown(blocks, running=True) == "Annual report\n\nFlour.\n\nPage 1\n"
    assert markdown(blocks[:1]) == ""


def test_a_row_longer_than_all_others_does_not_make_the_table_quadratic() -> None:
    rows = [["a"]] * 2000 + [["b"] * 2000]
    text = markdown([StructureBlock(BlockKind.TABLE, _table_text(rows))])
    assert text.startswith("<table>") and len(text) < 30 * 4000


def _check(blocks: list[StructureBlock]) -> None:
    found = [
        (kind, _with_text(rest[0])) if kind == "html" else (kind, *rest)
        for kind, *rest in structure_of(markdown(blocks))
    ]
    assert found == [each for block in blocks for each in _expected(block)]


def _expected(block: StructureBlock) -> list[tuple[Any, ...]]:
    if block.kind is BlockKind.HEADING:
        text = collapsed(block.text)
        return [("heading", min(block.level, 6), text)] if text else []
    if block.kind is BlockKind.CODE:
        return [("code", block.text.strip("\n") + "\n")] if block.text.strip() else []
    if block.kind is BlockKind.LIST:
        items = [
            (
                item.depth,
                item.number if item.ordered else None,
                collapsed(item.kept_mark + text),
            )
            for item in items_of(block.text)
            for text in ["\n".join(item.lines)]
        ]
        return [("list", items)] if items else []
    if block.kind is BlockKind.TABLE:
        return _expected_table(block)
    return [("text", collapsed(text)) for text in paragraphs(block.text)]


def _expected_table(block: StructureBlock) -> list[tuple[Any, ...]]:
    grid = grid_of(block)
    if not grid.cells:
        return []
    rows = plain_rows(grid)
    if rows is None:
        return [("html", _with_text(tuple(_as_read(cell)) for cell in grid.cells))]
    filled = [[*map(collapsed, row), *[""] * (grid.columns - len(row))] for row in rows]
    return [("table", filled)]


def _as_read(cell: Cell) -> tuple[object, ...]:
    text = collapsed(cell.text)
    return (cell.row, cell.column, text, cell.rows, cell.columns, cell.header)


def _with_text(cells: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Empty cells may stand for gaps: one for several."""
    return [cell for cell in cells if cell[2]]


def test_lists_on_both_sides_of_an_empty_block_stay_two() -> None:
    _check(
        [
            StructureBlock(BlockKind.LIST, "- a"),
            StructureBlock(BlockKind.TABLE, ""),
            StructureBlock(BlockKind.LIST, "- b"),
        ]
    )
