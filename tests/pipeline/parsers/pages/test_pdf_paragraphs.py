"""Where paragraphs of a PDF end, which column they are read in, and the dashes inside of them."""

from support.writers.pdf_layout import BOLD, Line, drawn, layout_pdf, paragraph

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft, Placed
from gristmill.pipeline.parsers.pages.layout.blocks.lines import lines_of
from gristmill.pipeline.parsers.pages.layout.blocks.parting.columns import in_columns
from gristmill.pipeline.parsers.pages.layout.blocks.parting.paragraphs import paragraphs
from gristmill.pipeline.parsers.pages.layout.placed.placing import placed
from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.pipeline.shapes import Blob, BlockKind, Limits
from gristmill.schemas.outcomes.structure import Box

TEXT, LIST, TABLE = BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE
FULL = "The miller opens the sluice at dawn and the"
"""As long as a line is."""


def piece(text: str, left: float, top: float) -> Piece:
    box = Box(left, top, left + 5 * len(text), top + 10)
    return Piece(text, box, 10.0, False, False, False, False, False, -1)


def texts(kind: BlockKind, *lines: Piece) -> list[tuple[BlockKind, str]]:
    said = " ".join(line.text for line in lines)
    draft = Draft(kind, said, None, tuple(lines_of(lines)))
    return [(each.kind, each.text) for each in paragraphs(draft)]


def test_a_wider_gap_parts_two_paragraphs() -> None:
    tops = (100, 112, 124, 146, 158)
    lines = [piece(f"{FULL} {top}.", 72, top) for top in tops]
    one, two = (" ".join(line.text for line in some) for some in (lines[:3], lines[3:]))
    assert texts(TEXT, *lines) == [(TEXT, one), (TEXT, two)]


def test_a_first_line_that_is_set_in_begins_a_paragraph() -> None:
    lines = [piece(FULL, 72, 100), piece("wheel turns.", 72, 112), piece(FULL[:40], 88, 124)]
    lines += [piece(FULL, 72, 136), piece(FULL, 72, 148)]
    assert [text for _, text in texts(TEXT, *lines)] == [
        f"{FULL} wheel turns.",
        f"{FULL[:40]} {FULL} {FULL}",
    ]


def test_a_sentence_that_leaves_room_for_the_next_word_ends_its_paragraph() -> None:
    lines = [piece(FULL, 72, 100), piece(FULL, 72, 112), piece("wheel turns.", 72, 124)]
    lines += [piece(FULL, 72, 136), piece(FULL, 72, 148)]
    assert len(texts(TEXT, *lines)) == 2


def test_hanging_lines_and_a_sentence_over_a_gap_stay_together() -> None:
    hanging = [piece(FULL, 72, 100), piece(FULL, 92, 112), piece(FULL, 92, 124)]
    assert len(texts(TEXT, *hanging)) == 1
    cut = [piece(FULL, 72, top) for top in (100, 112)] + [piece("wheel turns.", 72, 130)]
    assert len(texts(TEXT, *cut)) == 1


def test_what_stands_apart_below_an_item_is_no_part_of_it() -> None:
    item = [piece(f"• {FULL}", 72, 100), piece("wheel turns.", 82, 112)]
    after = [piece(FULL, 72, 136), piece("stones.", 72, 148)]
    assert texts(LIST, *item, *after) == [
        (LIST, f"• {FULL} wheel turns."),
        (TEXT, f"{FULL} stones."),
    ]


def test_a_line_in_two_boxes_is_said_once_by_the_block_that_says_it() -> None:
    boxes = [Box(70, 98, 300, 124), Box(70, 110, 400, 160)]
    said = ["Head", FULL]
    pieces = [piece("Head", 72, 100), piece(FULL, 72, 112)]
    found = placed(boxes, pieces, lambda index, text: text in said[index])
    assert [[each.text for each in some] for some in found] == [["Head"], [FULL]]


def column(left: float, word: str) -> list[Piece]:
    return [piece(f"{word} {FULL} {number}", left, 100 + 12 * number) for number in range(12)]


def block(kind: BlockKind, *pieces: Piece, text: str = "") -> Placed:
    lines = tuple(lines_of(pieces))
    return Draft(kind, text or " ".join(line.text for line in lines), None, lines), list(pieces)


def test_lines_that_are_read_across_two_columns_are_taken_apart() -> None:
    left, right = column(40, "Left"), column(320, "Right")
    across = [block(TEXT, one, other) for one, other in zip(left, right, strict=True)]
    found = [draft.text for draft, _ in in_columns(across)]
    assert found == [" ".join(each.text for each in side) for side in (left, right)]


def test_a_table_over_two_columns_stays_one() -> None:
    left, right = column(40, "Left"), column(320, "Right")
    rows = [piece("Rye", 40, 300), piece("412", 320, 300)]
    said = "| Rye | 412 |\n| --- | --- |\n| Oats and barley of the valley. | 96 |"
    blocks = [block(TEXT, one, other) for one, other in zip(left, right, strict=True)]
    *_, (last, _) = in_columns([*blocks, block(TABLE, *rows, text=said)])
    assert (last.kind, last.text) == (TABLE, said)


def test_columns_that_are_read_well_are_left_alone() -> None:
    blocks = [block(TEXT, *column(320, "Right")), block(TEXT, *column(40, "Left"))]
    assert in_columns(blocks) == blocks


def test_a_dash_between_two_words_is_no_hyphen() -> None:
    said = "The stones\u2014set by ear\u2014turn all day in a well-kept mill, and the grain "
    lines = [
        *paragraph(said + "is poured by the sack.", 72, 100, 60),
        Line("What comes out is sifted once, twice or three times\u2014", 72, 140),
        Line("more is not needed.", 72, 152),
    ]
    blocks = pdf.parse(Blob(layout_pdf([drawn(lines)])), Limits()).blocks
    text = " ".join(each.text for each in blocks)
    assert "stones\u2014set by ear\u2014turn" in text
    assert "well-kept" in text
    assert "times\u2014more" in text


def test_a_line_of_key_words_is_no_heading() -> None:
    lines = [
        Line("The Mill Report", 72, 60, 24, BOLD),
        Line("Keywords: water, stones, bran", 72, 100, 10, BOLD),
        *paragraph(f"{FULL} wheel turns. " * 8, 72, 130),
    ]
    blocks = pdf.parse(Blob(layout_pdf([drawn(lines)])), Limits()).blocks
    heads = [each.text for each in blocks if each.kind is BlockKind.HEADING]
    assert heads == ["The Mill Report"]
