"""What a PDF is called, from what is printed at its beginning and what its metadata say."""

import pytest
from support.writers.pdf_layout import BOLD, FIXED, drawn, layout_pdf, paragraph
from support.writers.pdf_layout import Line as Drawn

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.parsers.pages.about.pdf_title import title_of
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.outcomes.structure import BlockKind, Box

HEADING, TEXT = BlockKind.HEADING, BlockKind.TEXT
PROSE = (TEXT, "The wheel turns. " * 40, 10.0, 300, 9)

Line = tuple[BlockKind, str, float, float, int]


def line(text: str, size: float, top: float, kind: BlockKind = HEADING) -> Line:
    return kind, text, size, top, 1


def called(said: str | None, *lines: Line) -> str | None:
    blocks = [
        (1, PageBlock(kind, text, box=Box(50, top, 300, top + size), size=size, lines=count))
        for kind, text, size, top, count in lines
    ]
    kind, text, size, _, count = PROSE
    blocks.append((2, PageBlock(kind, text, size=size, lines=count)))
    return title_of(said, blocks)


def test_a_cover_names_the_report_too_but_neither_its_date_nor_its_publisher() -> None:
    cover = (
        line("Alder Mill Company", 26, 80),
        line("Of the north", 14, 120, TEXT),
        line("Annual Report", 24, 150),
        line("March 1979", 24, 200),
        line("Mill Press", 24, 700),
    )
    assert called(None, *cover) == "Alder Mill Company Annual Report"


def test_where_nothing_is_larger_the_heading_that_begins_it_is_the_title() -> None:
    headings = (line("Wheels of the Mill", 10, 50), PROSE, line("Early Wheels", 10, 600))
    assert called(None, *headings) == "Wheels of the Mill"
    assert called(None, PROSE, *headings) is None
    assert called(None, line("3. Wheels", 10, 50), PROSE) is None


def test_the_end_of_a_sentence_is_no_title() -> None:
    assert called(None, line("grinding.", 20, 20), PROSE) is None


def test_the_stamp_of_an_archive_is_no_title() -> None:
    stamp, title = line("arXiv:1979.00042v1 [mill]", 20, 20), line("On Mill Wheels", 16, 80)
    assert called(None, stamp, title, PROSE) == "On Mill Wheels"


@pytest.mark.parametrize(
    "said",
    [
        "Microsoft Word - mill.doc",
        "88300 162..177",
        "MILL_TEMPLATE_2",
        "Introduction",
        "mill-wheels",
    ],
)
def test_metadata_that_name_nothing_are_not_believed(said: str) -> None:
    assert called(said, line("On Mill Wheels", 16, 80), PROSE) == "On Mill Wheels"
    assert called(said, PROSE) is None


def test_metadata_that_the_page_confirms_or_does_not_contradict_are() -> None:
    assert called("On Mill Wheels", line("ON MILL WHEELS", 16, 80), PROSE) == "On Mill Wheels"
    assert called("On Mill Wheels", PROSE) == "On Mill Wheels"


def test_a_larger_line_after_prose_is_a_section_of_it() -> None:
    assert called(None, PROSE, line("Early Wheels", 16, 500)) is None


def test_a_part_of_several_is_not_the_title_of_all() -> None:
    first, second = line("PART I - DEFINITIONS", 15, 80), line("PART II - DUTIES", 15, 500)
    assert called(None, line("Agreement", 9, 50, TEXT), first, PROSE, second) is None
    assert called(None, line("Chapter 1 What is a mill?", 15, 80), PROSE) is not None


def test_a_journal_and_the_addresses_of_authors_are_no_title() -> None:
    title = line("Wheels of the Mill ∗", 14, 120)
    journal = line("International Journal of Mills", 18, 60)
    authors = line("A. Miller (miller@mill.example)", 16, 160, TEXT)
    source = line("Source: https://mill.example/wheels", 17, 700, TEXT)
    assert called(None, journal, title, authors, PROSE, source) == "Wheels of the Mill"
    assert called(None, line("Journal of Mills", 18, 60), PROSE) == "Journal of Mills"


def test_of_two_titles_that_are_alike_the_printed_one_is_right() -> None:
    printed = line("Speed in the Wheels of Mills", 16, 80)
    prose = line("It is an art to build the wheels of mills in valleys.", 10, 300, TEXT)
    assert called("Art in the Wheels of Mills", printed, prose) == "Speed in the Wheels of Mills"


def test_a_title_that_begins_in_letters_of_one_width_is_whole() -> None:
    lines = [
        Drawn("MillParser: A Toolkit for Wheels", 72, 60, 16, FIXED),
        Drawn("And the Stones that Turn with Them", 72, 78, 16, BOLD),
        Drawn("miller@mill.example", 72, 110, 9, FIXED),
        *paragraph("The miller opens the sluice at dawn and the wheel turns. " * 8, 72, 150),
    ]
    found = pdf.parse(Blob(layout_pdf([drawn(lines)])), Limits())
    assert found.title is not None
    assert found.title.startswith("MillParser: A Toolkit for Wheels")
    assert BlockKind.CODE not in {block.kind for block in found.blocks}
