"""What of a PDF is a heading, what is not, and of which level."""

import pytest
from support.writers.pdf_layout import BOLD, ITALIC, Line, drawn, layout_pdf, paragraph

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.blocks.lines import TextLine
from gristmill.pipeline.parsers.pages.layout.blocks.parting.splitting import split
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits
from gristmill.schemas.outcomes.structure import Box

LOOK = (10.0, False, False, -1)
"""Size, bold, italic, mark."""

PROSE = (
    "The miller opens the sluice at dawn and the water finds the wheel. Grain is poured into the "
    "hopper by the sack, and the stones are set by ear rather than by any gauge. What comes out "
    "is sifted twice before it is weighed, and the bran is kept for the animals of the valley."
)


def blocks(
    *pages: list[Line], page: bytes = b"", catalog: bytes = b"", more: tuple[bytes, ...] = ()
) -> list[Block]:
    data = layout_pdf([drawn(lines) for lines in pages], page=page, catalog=catalog, more=more)
    return list(pdf.parse(Blob(data), Limits()).blocks)


def headings(found: list[Block]) -> list[tuple[int, str]]:
    return [(each.level, each.text) for each in found if each.kind is BlockKind.HEADING]


def texts(found: list[Block]) -> list[str]:
    return [each.text for each in found if each.kind is BlockKind.TEXT]


def run_in(y: float) -> list[Line]:
    """A paragraph whose first word is bold."""
    first, *rest = paragraph(PROSE, 72, y)
    return [
        Line("SUMMARY:", 72, y, 10, BOLD),
        Line(first.text[: len(first.text) - 20], 131, y),
        *rest,
    ]


def test_a_paragraph_that_begins_in_bold_letters_has_no_heading() -> None:
    found = blocks(
        [Line("Water Rights", 72, 60, 18, BOLD), *run_in(110), *paragraph(PROSE, 72, 200)]
    )
    assert headings(found) == [(1, "Water Rights")]
    assert texts(found)[0].startswith("SUMMARY: The miller opens")
    assert texts(found)[0].endswith("of the valley.")


def test_a_heading_that_goes_on_in_a_second_line_is_one() -> None:
    long = [
        Line("On the Weight of Stones and the Depth", 72, 60, 18, BOLD),
        Line("of the Furrows That Are Cut in Them", 72, 82, 18, BOLD),
    ]
    found = blocks([*long, *paragraph(PROSE, 72, 130)])
    assert headings(found) == [(1, f"{long[0].text} {long[1].text}")]


def test_numbers_tell_the_levels() -> None:
    lines = [
        Line("1 Water", 72, 60, 14, BOLD),
        *paragraph(PROSE, 72, 90),
        Line("1.1 The sluice", 72, 160, 14, BOLD),
        *paragraph(PROSE, 72, 190),
        Line("1.1.1 Its gate", 72, 260, 14, BOLD),
        *paragraph(PROSE, 72, 290),
        Line("2 Stones", 72, 360, 14, BOLD),
        *paragraph(PROSE, 72, 390),
    ]
    assert [level for level, _ in headings(blocks(lines))] == [1, 2, 3, 1]


def test_journals_number_their_headings_in_capitals_and_italics() -> None:
    lines = [
        Line("I. INTRODUCTION", 72, 60),
        *paragraph(PROSE, 72, 74),
        Line("A. The Older Mills", 72, 140, 10, ITALIC),
        *paragraph(PROSE, 72, 154),
    ]
    assert [text for _, text in headings(blocks(lines))] == [
        "I. INTRODUCTION",
        "A. The Older Mills",
    ]


def test_a_whole_sentence_in_bold_letters_is_none() -> None:
    bold = [line._replace(font=BOLD) for line in paragraph(PROSE, 72, 60)]
    assert headings(blocks([*bold, *paragraph(PROSE, 72, 130)])) == []


@pytest.mark.parametrize(
    "caption", ["Figure 3: The wheel from below", "Table 2. Weights of stones"]
)
def test_captions_are_captions(caption: str) -> None:
    found = blocks(
        [*paragraph(PROSE, 72, 60), Line(caption, 72, 130, 9, BOLD), *paragraph(PROSE, 72, 160)]
    )
    assert [each.text for each in found if each.kind is BlockKind.CAPTION] == [caption]
    assert headings(found) == []


def test_the_outline_is_a_better_witness_than_the_font() -> None:
    outline = (
        b"<< /First 6 0 R /Last 6 0 R >>",
        b"<< /Title (How grain is cleaned) /Parent 5 0 R /Dest [3 0 R /Fit] >>",
    )
    lines = [Line("How grain is cleaned", 72, 60), *paragraph(PROSE, 72, 100)]
    assert headings(blocks(lines)) == []
    assert headings(blocks(lines, catalog=b"/Outlines 5 0 R", more=outline)) == [
        (1, "How grain is cleaned")
    ]


def test_the_tag_tree_is_a_better_witness_than_the_font() -> None:
    heading, *rest = drawn([Line("How grain is cleaned", 72, 60)]), drawn(paragraph(PROSE, 72, 100))
    content = b"/H2 << /MCID 0 >> BDC %s EMC /P << /MCID 1 >> BDC %s EMC" % (heading, rest[0])
    tree = (
        b"<< /Type /StructTreeRoot /K [6 0 R 7 0 R] /ParentTree << /Nums [0 [6 0 R 7 0 R]] >> >>",
        b"<< /Type /StructElem /S /H2 /P 5 0 R /Pg 3 0 R /K 0 >>",
        b"<< /Type /StructElem /S /P /P 5 0 R /Pg 3 0 R /K 1 >>",
    )
    data = layout_pdf(
        [content],
        page=b"/StructParents 0",
        catalog=b"/MarkInfo << /Marked true >> /StructTreeRoot 5 0 R",
        more=tree,
    )
    assert headings(list(pdf.parse(Blob(data), Limits()).blocks)) == [(2, "How grain is cleaned")]


def test_a_large_first_letter_belongs_to_its_word() -> None:
    first, *rest = paragraph(PROSE, 96, 60, 60)
    lines = [
        Line("T", 72, 56, 30),
        first._replace(text=first.text[1:]),
        *rest[:1],
        *(line._replace(x=72) for line in rest[1:]),
        *paragraph(PROSE, 72, 200),
    ]
    assert texts(blocks(lines))[0].startswith("The miller opens the sluice")


def test_small_print_with_a_mark_at_the_foot_of_a_page_is_a_footnote() -> None:
    note = [
        Line("3 The older mills had wooden gears, and were slower by half than", 72, 700, 7),
        Line("those of the valley, as the guild's own books say.", 72, 709, 7),
    ]
    found = blocks([*paragraph(PROSE, 72, 60), *paragraph(PROSE, 72, 160), *note])
    (footnote,) = [each for each in found if each.kind is BlockKind.FOOTNOTE]
    assert footnote.text == f"{note[0].text} {note[1].text}"


def test_the_authors_of_a_paper_are_no_headings() -> None:
    found = blocks(
        [
            Line("On Wheels that Turn in the Valley", 72, 60, 18, BOLD),
            Line("A. Miller* and B. Stone*, C. Weir*", 72, 92, 12, BOLD),
            Line("miller@mill.example and stone@mill.example", 72, 114, 12, BOLD),
            Line("Wheels", 72, 150, 14, BOLD),
            *paragraph(PROSE, 72, 180),
        ]
    )
    assert [text for _, text in headings(found)] == ["On Wheels that Turn in the Valley", "Wheels"]


def test_a_caption_ends_where_the_text_below_it_is_set_apart() -> None:
    lines = [TextLine("FIG. 1 - The wheels of the mill", Box(200, 100, 360, 110), *LOOK)]
    lines += [
        TextLine(text, Box(72, 120 + 12 * place, 500, 130 + 12 * place), *LOOK)
        for place, text in enumerate(
            ["of this valley turn at dawn, and", "those of the hills later."]
        )
    ]
    whole = Draft(BlockKind.TEXT, "", None).of_lines(lines)
    assert [part.text for part in split(whole)] == [
        "FIG. 1 - The wheels of the mill",
        "of this valley turn at dawn, and those of the hills later.",
    ]
