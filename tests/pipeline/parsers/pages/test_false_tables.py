"""Prose that was taken for a table."""

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.blocks.lines import lines_of
from gristmill.pipeline.parsers.pages.layout.blocks.tables.false_tables import without_false_tables
from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.schemas.outcomes.structure import BlockKind, Box

TEXT, LIST, TABLE = BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE
LEFT = ["The miller opens the sluice at dawn.", "Water finds the wheel and the", "stones turn."]
RIGHT = [
    "What comes out is sifted twice",
    "before it is weighed.",
    "• bran",
    "• flour",
    "of two kinds",
]


def piece(text: str, left: float, top: float) -> Piece:
    box = Box(left, top, left + 5 * len(text), top + 10)
    return Piece(text, box, 10.0, False, False, False, False, False, -1)


def block(kind: BlockKind, text: str, *pieces: Piece) -> tuple[Draft, list[Piece]]:
    return Draft(kind, text, None, tuple(lines_of(pieces))), list(pieces)


def found(*blocks: tuple[Draft, list[Piece]]) -> list[tuple[BlockKind, str]]:
    return [(draft.kind, draft.text) for draft in without_false_tables(blocks)]


def table(*rows: list[str]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "| --- | --- |", *lines[1:]])


def test_two_columns_of_a_page_are_read_one_after_the_other() -> None:
    pieces = []
    for number in range(max(len(LEFT), len(RIGHT))):
        for texts, left in ((LEFT, 72.0), (RIGHT, 300.0 + 10 * (number == 4))):
            if number < len(texts):
                pieces.append(piece(texts[number], left, 100 + 12 * number))
    prose = [" ".join(LEFT) * 4, " ".join(RIGHT) * 4]
    assert found(block(TABLE, table(prose), *pieces)) == [
        (TEXT, " ".join(LEFT)),
        (TEXT, " ".join(RIGHT[:2])),
        (LIST, "• bran"),
        (LIST, "• flour of two kinds"),
    ]


def test_a_line_with_wide_blanks_stays_in_its_paragraph() -> None:
    before = block(TEXT, "The text shows what a", piece("The text shows what a", 72, 100))
    words = [piece("printed text will", 72, 112), piece("look like at this", 170, 112)]
    said = table(["printed text will", "look like at this"])
    assert found(before, block(TABLE, said, *words)) == [
        (TEXT, "The text shows what a"),
        (TEXT, "printed text will look like at this"),
    ]


def test_figures_and_descriptions_are_a_table() -> None:
    before = block(TEXT, "Parameters and their errors", piece("Parameters", 72, 100))
    figures = [piece("t1", 72, 112), piece("0.4997", 170, 112)]
    (_, kept) = found(before, block(TABLE, table(["t1", "0.4997"]), *figures))
    assert kept[0] is TABLE
    rows = [["Type", "Description"]]
    rows += [[f"kind {n}", "a wheel of wood that turns a stone of the mill " * 5] for n in "ab"]
    rows += [["kind c", "as kind b but of iron, and larger, for a stone of the lower mill " * 4]]
    (kept,) = found(block(TABLE, table(*rows), *figures))
    assert kept[0] is TABLE
