"""PDF pages with their structure: blocks in reading order, each with its place."""

from support.writers.pdf_layout import BOLD, Line, drawn, layout_pdf, paragraph

from gristmill.pipeline.paging.paging import LongDocument, Paging, paged, read_paged, read_part
from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

LIMITS = Limits()
PROSE = (
    "The miller opens the sluice at dawn and the water finds the wheel. Grain is poured into the "
    "hopper by the sack, and the stones are set by ear rather than by any gauge. What comes out "
    "is sifted twice before it is weighed, and the bran is kept for the animals of the valley."
)


def parsed(data: bytes, limits: Limits = LIMITS) -> Parsed:
    return pdf.parse(Blob(data), limits)


def found(data: bytes, kind: BlockKind) -> list[Block]:
    return [block for block in parsed(data).blocks if block.kind is kind]


def report() -> bytes:
    first = [
        Line("The Mill Report", 72, 60, 24, BOLD),
        *paragraph(PROSE, 72, 110),
        Line("1 Water", 72, 190, 14, BOLD),
        *paragraph(PROSE, 72, 220),
        Line("2 Stones", 72, 300, 14, BOLD),
        *paragraph(PROSE, 72, 330),
    ]
    return layout_pdf([drawn(first)])


def test_headings_and_paragraphs_are_blocks_with_page_and_place() -> None:
    blocks = parsed(report()).blocks
    assert [block.text for block in blocks if block.kind is BlockKind.HEADING] == [
        "The Mill Report",
        "1 Water",
        "2 Stones",
    ]
    assert {block.page for block in blocks} == {1}
    title, *_ = blocks
    assert title.box is not None
    assert 70 < title.box.left < 75
    assert 55 < title.box.top < 70
    paragraphs = [block.text for block in blocks if block.kind is BlockKind.TEXT]
    assert paragraphs == [PROSE] * 3


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = "left " * 60, "right " * 60
    lines = paragraph(left, 60, 80, 38) + paragraph(right, 320, 80, 38)
    text = " ".join(block.text for block in parsed(layout_pdf([drawn(lines)])).blocks)
    assert text.split() == (left + right).split()


def test_a_ruled_table_is_one_block_with_its_rows() -> None:
    cells = [("Part", "Weight", "Price"), ("Stone", "900 kg", "400"), ("Wheel", "300 kg", "250")]
    lines = [
        Line(text, 80 + 120 * column, 100 + 20 * row)
        for row, texts in enumerate(cells)
        for column, text in enumerate(texts)
    ]
    rules = [(75.0, 96.0 + 20 * n, 435.0, 96.0 + 20 * n) for n in range(4)]
    rules += [(75.0 + 120 * n, 96.0, 75.0 + 120 * n, 156.0) for n in range(4)]
    data = layout_pdf([drawn([*lines, *paragraph(PROSE, 72, 200)], rules)])
    (table,) = found(data, BlockKind.TABLE)
    rows = [line.strip("| ").split(" | ") for line in table.text.splitlines()]
    assert [rows[0], *rows[2:]] == [list(row) for row in cells]


def test_a_mark_of_markdown_on_the_page_stays_as_it_is() -> None:
    text = r"Call f(*args, **kw) in C:\mill\_old and read snake_case or a*b*c aloud."
    data = layout_pdf([drawn(paragraph(text, 72, 100, 200))])
    assert [block.text for block in parsed(data).blocks] == [text]


def test_without_structure_a_page_is_one_text() -> None:
    blocks = parsed(report(), Limits(structure=False)).blocks
    assert [block.kind for block in blocks] == [BlockKind.TEXT]
    assert blocks[0].text.startswith("The Mill Report")


def test_bytes_before_the_header_do_not_matter() -> None:
    data = b"Printed by the mill's own machine, version 2.\r\n" + report()
    assert [block[:3] for block in parsed(data).blocks] == [
        block[:3] for block in parsed(report()).blocks
    ]


def test_text_outside_of_the_crop_box_is_no_content() -> None:
    lines = [*paragraph(PROSE, 72, 100), Line("Beyond the edge", 72, 700)]
    data = layout_pdf([drawn(lines)], page=b"/CropBox [0 400 595 842]")
    for limits in (LIMITS, Limits(structure=False)):
        text = " ".join(block.text for block in parsed(data, limits).blocks)
        assert "sluice" in text
        assert "Beyond" not in text


def test_in_parts_a_document_has_the_same_blocks_as_at_once() -> None:
    pages = [
        drawn([Line(f"Chapter {n}", 72, 60, 18, BOLD), *paragraph(PROSE, 72, 110)])
        for n in range(1, 41)
    ]
    data = layout_pdf(pages)
    parts = [
        read_part(Blob(data), "application/pdf", LIMITS, first, last)
        for first, last in ((1, 14), (14, 29), (29, 41))
    ]
    parser = paged(pdf)
    assert parser is not None
    joined = read_paged(parser, Blob(data), LIMITS, Paging(parts=parts))
    assert joined == parsed(data)
    assert not isinstance(joined, LongDocument)
