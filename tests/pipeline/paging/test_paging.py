"""Documents of pages, in parts."""

import pytest
from support.writers.pdf_writer import text_page, write_pdf

from gristmill.pipeline.paging.paging import LongDocument, Paging, page_ranges, paged, read_part
from gristmill.pipeline.process import process
from gristmill.pipeline.registry import parser_for
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options

PDF = "application/pdf"


@pytest.mark.parametrize(
    ("pages", "most", "ranges"),
    [
        (3, 2, ((1, 2), (2, 4))),
        (4, 2, ((1, 3), (3, 5))),
        (7, 3, ((1, 3), (3, 5), (5, 8))),
        (101, 100, ((1, 51), (51, 102))),
    ],
)
def test_ranges_are_about_equal_and_leave_no_page_out(
    pages: int, most: int, ranges: tuple[tuple[int, int], ...]
) -> None:
    assert page_ranges(pages, most) == ranges


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_parts_make_the_document_that_one_read_makes(most: int) -> None:
    pages = [text_page(f"Page {number} goes", "over to") for number in range(1, 9)]
    blob = Blob(write_pdf([*pages, b"0 0 9 9 re f", b""], title="Ten pages"), "ten.pdf")
    whole = process(blob, Options(), Limits())
    with pytest.raises(LongDocument) as long:
        process(blob, Options(), Limits(), paging=Paging(most))
    parts = [read_part(blob, PDF, Limits(), *each) for each in long.value.ranges]
    assert process(blob, Options(), Limits(), paging=Paging(parts=parts)) == whole
    assert process(blob, Options(), Limits(), paging=Paging(10)) == whole


def test_parsers_without_pages_never_split() -> None:
    plain = parser_for("text/plain")
    assert plain is not None and paged(plain) is None
    process(Blob(b"text " * 1000, "a.txt"), Options(), Limits(), paging=Paging(1))
