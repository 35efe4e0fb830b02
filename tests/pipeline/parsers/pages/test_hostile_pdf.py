"""PDFs whose outline or pages never end, or lead back to themselves."""

import pytest
from support.cpu_time import within
from support.writers.pdf_writer import pdf_file, text_page, write_pdf

from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError


def run(data: bytes) -> DocumentContent:
    return process(Blob(data), Options(), Limits())


def outlined(entries: list[bytes], pages: bytes = b"") -> bytes:
    """A PDF of one page with these outline items, the first of which is object 6."""
    content = text_page("It turns.")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources"
    return pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R >>",
            pages or b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            page
            + b" << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /First 6 0 R /Last %d 0 R >>" % (5 + len(entries)),
            *entries,
        ]
    )


def item(number: int, links: bytes) -> bytes:
    return b"<< /Title (Part %d) /Parent 5 0 R /Dest [3 0 R /Fit] %s >>" % (number, links)


@pytest.mark.slow
def test_an_outline_of_a_hundred_thousand_entries_is_read_as_far_as_it_helps() -> None:
    entries = [item(n, b"/Next %d 0 R" % (n + 7)) for n in range(100_000)]
    with within(20):
        assert run(outlined(entries)).chunks


@pytest.mark.parametrize(
    "entries",
    [
        [item(0, b"/Next 6 0 R")],
        [item(0, b"/First 6 0 R /Last 6 0 R")],
        [item(0, b"/Next 7 0 R"), item(1, b"/Next 6 0 R")],
        [item(0, b"/First 7 0 R"), item(1, b"/First 6 0 R /Next 7 0 R")],
    ],
)
def test_an_outline_that_leads_back_to_itself_ends(entries: list[bytes]) -> None:
    with within(10):
        assert run(outlined(entries)).chunks


@pytest.mark.parametrize("kids", [b"2 0 R", b"3 0 R 2 0 R", b"3 0 R 3 0 R", b"9999 0 R"])
def test_a_page_tree_that_leads_back_to_itself_ends(kids: bytes) -> None:
    pages = b"<< /Type /Pages /Count 3 /Kids [%s] >>" % kids
    with within(10):
        try:
            run(outlined([item(0, b"")], pages))
        except DocumentError as error:
            assert error.document_code in ("parse_error", "empty", "needs_ocr")


def test_a_pdf_that_claims_a_billion_pages_is_refused_or_read() -> None:
    pages = b"<< /Type /Pages /Count 1000000000 /Kids [3 0 R] >>"
    with within(10):
        try:
            assert run(outlined([item(0, b"")], pages)).chunks
        except DocumentError as error:
            assert error.document_code in ("too_large", "parse_error")


def test_metadata_that_is_no_text_is_left_out() -> None:
    half_a_pair = "\xfe\xff\xd8\x00"  # in UTF-16
    content = run(write_pdf([text_page("It turns.")], title=half_a_pair))
    assert content.title != half_a_pair
    assert content.chunks[0].text == "It turns."
