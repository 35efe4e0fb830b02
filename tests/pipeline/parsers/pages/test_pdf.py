"""PDF: pages, metadata, and the code of everything that can be wrong."""

import pytest
from support.writers.pdf_writer import text_page, with_broken_page, write_pdf

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.parsers.pages.about.pdf_metadata import iso_date
from gristmill.pipeline.parsers.pages.about.pdf_outline import heading_level
from gristmill.pipeline.shapes import Blob, BlockKind, Limits
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
DRAWING = b"1 0 0 rg 100 100 200 200 re f"


def failure(data: bytes, limits: Limits = LIMITS) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        pdf.parse(Blob(data), limits)
    return caught.value


def test_each_page_gives_a_block_with_its_number() -> None:
    data = write_pdf([text_page("The wheel", "turns."), text_page("It stops.")], title="Mill")
    parsed = pdf.parse(Blob(data), LIMITS)
    assert [(block.page, block.text.split()) for block in parsed.blocks] == [
        (1, ["The", "wheel", "turns."]),
        (2, ["It", "stops."]),
    ]
    assert parsed.title == "Mill"
    assert parsed.pages == 2


def test_a_blank_page_between_others_keeps_the_numbers_right() -> None:
    data = write_pdf([text_page("One"), b"", text_page("Three")])
    parsed = pdf.parse(Blob(data), LIMITS)
    assert [block.page for block in parsed.blocks if block.text.strip()] == [1, 3]
    assert all(block.kind is BlockKind.TEXT for block in parsed.blocks)


def test_a_password_makes_it_encrypted() -> None:
    error = failure(write_pdf([text_page("Secret")], locked=True))
    assert error.document_code == "encrypted"


def test_pages_that_only_show_pictures_need_ocr() -> None:
    error = failure(write_pdf([DRAWING, DRAWING]))
    assert error.document_code == "needs_ocr"
    assert "2 pages" in error.message


def test_blank_pages_are_empty() -> None:
    assert failure(write_pdf([b""])).document_code == "empty"


def test_good_pages_are_kept_and_broken_ones_listed() -> None:
    data = write_pdf([text_page("One"), text_page("Two"), text_page("Three")])
    parsed = pdf.parse(Blob(with_broken_page(data, 2)), LIMITS)
    assert [block.text.strip() for block in parsed.blocks if block.text] == ["One", "Three"]
    assert (parsed.metadata["broken_pages"], parsed.pages) == ([2], 3)


@pytest.mark.parametrize("share", [0.05, 0.3])
def test_a_truncated_file_is_a_parse_error_that_says_so(share: float) -> None:
    data = write_pdf([text_page("The wheel turns.")] * 3)
    error = failure(data[: int(len(data) * share)])
    assert error.document_code == "parse_error"
    assert "ends too early" in error.message


def test_what_is_left_of_a_file_cut_at_its_end_is_kept_and_marked() -> None:
    data = write_pdf([text_page("The wheel turns.")])
    parsed = pdf.parse(Blob(data[:-21]), LIMITS)
    assert "wheel" in parsed.blocks[0].text
    assert "ends too early" in parsed.metadata["damaged"]


def test_bytes_that_only_begin_like_a_pdf_are_a_parse_error() -> None:
    assert failure(b"%PDF-1.7\n" + bytes(500)).document_code == "parse_error"


def test_too_many_pages_or_too_much_text_is_too_large() -> None:
    data = write_pdf([text_page("The wheel turns.")] * 3)
    assert failure(data, Limits(max_pages=2)).document_code == "too_large"
    assert failure(data, Limits(max_text_chars=20)).document_code == "too_large"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("D:20220315101500Z", "2022-03-15T10:15:00"),
        ("D:20141205142043-05'00'", "2014-12-05T14:20:43"),
        ("D:2022", "2022-01-01"),
        ("yesterday", None),
    ],
)
def test_dates_become_iso(written: str, iso: str | None) -> None:
    assert iso_date(written) == iso


@pytest.mark.parametrize("language", ["en-GB", None])
def test_the_language_that_the_document_names_is_kept(language: str | None) -> None:
    parsed = pdf.parse(Blob(write_pdf([text_page("It turns.")], language=language)), LIMITS)
    assert parsed.metadata.get("language") == language


def test_lines_are_headings_where_the_outline_has_them_with_or_without_their_number() -> None:
    entries = {"the wheel": 1, "gears": 2, "2 stones": 1}
    lines = ["The  Wheel", "The wheel", "1.2 Gears", "2 Stones", "3 apples"]
    assert [heading_level(entries, line) for line in lines] == [1, 0, 2, 1, 0]
    assert entries == {}
