"""Rows of tables that liteparse takes apart, and cells that it gives to several columns."""

from gristmill.pipeline.parsers.pages.layout.blocks.table_rows import (
    Row,
    RowCell,
    merged_rows,
    spanned,
)
from gristmill.schemas.outcomes.structure import Box, Cell


def row(top: float, height: float, *texts: str) -> Row:
    return [
        RowCell(text, Box(60.0 * place, top, 60.0 * place + 50, top + height))
        for place, text in enumerate(texts)
    ]


def texts(rows: list[Row]) -> list[list[str]]:
    return [[cell.text for cell in each] for each in rows]


def test_lines_of_a_header_are_one_row() -> None:
    rows = [
        row(0, 13, "Mill", "Sacks", "Price"),
        row(13, 13, "", "of wheat", "in all"),
        row(26, 40, "Upper", "12", "90"),
        row(66, 40, "Lower", "9", "70"),
    ]
    assert texts(merged_rows(rows)) == [
        ["Mill", "Sacks of wheat", "Price in all"],
        ["Upper", "12", "90"],
        ["Lower", "9", "70"],
    ]


def test_a_row_whose_words_go_on_is_one_with_the_row_above() -> None:
    rows = [
        row(0, 12, "Part", "Use"),
        row(12, 12, "Hopper", "Holds the grain that"),
        row(24, 12, "", "is to be ground"),
        row(36, 12, "Sluice", "Lets in water"),
    ]
    assert texts(merged_rows(rows))[1] == ["Hopper", "Holds the grain that is to be ground"]


def test_rows_without_a_name_of_their_own_stay_apart() -> None:
    rows = [
        row(0, 12, "Area", "Skill"),
        row(20, 12, "Water", "Reading levels"),
        row(40, 12, "", "Setting gates"),
        row(60, 12, "", "Clearing weeds"),
        row(80, 12, "Stones", "Dressing"),
    ]
    assert texts(merged_rows(rows)) == texts(rows)


def test_figures_never_go_on() -> None:
    rows = [
        row(0, 12, "Year", "Yield"),
        row(20, 12, "1871", "12.5"),
        row(31, 12, "", "estimated"),
        row(52, 12, "1872", "13"),
    ]
    assert texts(merged_rows(rows)) == texts(rows)


def test_a_cell_over_several_columns_is_one_and_names_beside_it_reach_down() -> None:
    head = row(0, 12, "No.", "Spring", "Spring", "Autumn", "Autumn")
    head[2], head[4] = head[2]._replace(box=head[1].box), head[4]._replace(box=head[3].box)
    rows = [head, row(12, 12, "", "Oats", "Rye", "Oats", "Rye"), row(24, 12, "1", *"2345")]
    assert spanned(rows) == (
        Cell("No.", 0, 0, rows=2, header=True),
        Cell("Spring", 0, 1, columns=2, header=True),
        Cell("Autumn", 0, 3, columns=2, header=True),
        *(Cell(text, 1, place, header=True) for place, text in enumerate(["Oats", "Rye"] * 2, 1)),
        *(Cell(text, 2, place) for place, text in enumerate("12345")),
    )


def test_a_plain_table_needs_no_cells() -> None:
    assert spanned([row(0, 12, "Mill", "Sacks"), row(12, 12, "Upper", "12")]) == ()
