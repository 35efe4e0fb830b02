"""What repeats at the edges of a PDF's pages, and that nothing else goes with it."""

from support.writers.pdf_layout import BOLD, Line, drawn, layout_pdf, paragraph

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, BlockKind, Limits
from gristmill.schemas.jobs.options import Options

WORDS = "barley oats wheat rye millet spelt sorghum maize rice buckwheat".split()  # noqa: SIM905


def book(top: str, bottom: str) -> bytes:
    """Pages with these lines at their edges; `{}` is the number of the page."""
    pages = []
    for number, word in enumerate(WORDS, 1):
        lines = [
            Line(top.format(number), 72, 30, 9),
            Line(f"On {word}", 72, 70, 16, BOLD),
            *paragraph(f"How {word} is cleaned, dried, stored and ground. " * 5, 72, 110),
            Line(bottom.format(number), 290, 800, 9),
        ]
        pages.append(drawn(lines))
    return layout_pdf(pages)


def kinds(data: bytes) -> dict[BlockKind, list[str]]:
    found: dict[BlockKind, list[str]] = {}
    for block in pdf.parse(Blob(data), Limits()).blocks:
        found.setdefault(block.kind, []).append(block.text)
    return found


def test_running_lines_are_headers_and_footers_and_in_no_chunk() -> None:
    data = book("The Miller's Handbook", "Page {}")
    found = kinds(data)
    assert found[BlockKind.HEADER] == ["The Miller's Handbook"] * 10
    assert found[BlockKind.FOOTER] == [f"Page {number}" for number in range(1, 11)]
    assert len(found[BlockKind.HEADING]) == 10
    chunks = process(Blob(data), Options(), Limits()).chunks
    assert not any("Handbook" in chunk.text or "Page" in chunk.text for chunk in chunks)


def test_lines_with_numbers_of_their_own_are_content() -> None:
    pages = [
        drawn(
            [
                Line(f"Delivery note {number}", 72, 30, 9),
                *paragraph(f"Sacks of {word} from the upper valley. " * 8, 72, 110),
            ]
        )
        for number, word in zip([41, 97, 12, 55, 78, 30, 66, 81, 24, 19], WORDS, strict=True)
    ]
    assert BlockKind.HEADER not in kinds(layout_pdf(pages))


def test_pages_that_say_nothing_else_keep_what_they_say() -> None:
    data = layout_pdf([drawn([Line("The mill is closed.", 72, 30)])] * 8)
    assert kinds(data) == {BlockKind.TEXT: ["The mill is closed."] * 8}
