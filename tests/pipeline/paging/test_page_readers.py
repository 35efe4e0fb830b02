"""Pages that are images: which ones a reader gets, and what becomes of what it says."""

import io
from typing import Any

import pytest
from PIL import Image
from support.writers.pdf_writer import text_page, with_broken_page, write_pdf

from gristmill.pipeline import process as processing
from gristmill.pipeline.paging.paged_shapes import PageImage, PageReader, UnreadablePage
from gristmill.pipeline.paging.paging import LongDocument, Paging, read_part
from gristmill.pipeline.parsers.pages.pdfium.pdf_images import is_image
from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError

DRAWING = b"0 g 100 100 200 200 re f"


class Reader:
    """Says "seen" of each page, or raises."""

    engine, most_pages = "eyes 1", 2

    def __init__(self, *says: str | Exception, every_page: bool = False, dpi: int = 72) -> None:
        self.says, self.every_page, self.dpi = list(says), every_page, dpi
        self.images: list[PageImage] = []

    def read(self, image: PageImage) -> str:
        self.images.append(image)
        said = self.says.pop(0) if self.says else "seen"
        if isinstance(said, Exception):
            raise said
        return said


def processed(
    monkeypatch: pytest.MonkeyPatch, data: bytes, reader: PageReader | None, **more: Any
) -> DocumentContent:
    monkeypatch.setattr(processing, "page_reader", lambda steps, settings: reader)
    return process(Blob(data, ""), Options(), Limits(), **more)


def image(form: str, *widths: int) -> bytes:
    out = io.BytesIO()
    first, *rest = (Image.new("L", (width, 30), 255) for width in widths)
    first.save(out, form, **({"save_all": True, "append_images": rest} if rest else {}))
    return out.getvalue()


def texts(content: DocumentContent) -> list[str]:
    return [line for chunk in content.chunks for line in chunk.text.splitlines() if line.strip()]


def test_only_pages_without_text_are_read_unless_all_are_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = write_pdf([text_page("One"), DRAWING, b"", text_page("Four")])
    reader = Reader()
    content = processed(monkeypatch, data, reader)
    assert texts(content) == ["One", "seen", "Four"]
    assert (content.metadata["ocr_pages"], content.metadata["ocr_engine"]) == (1, "eyes 1")
    everything = Reader(every_page=True)
    assert texts(processed(monkeypatch, data, everything)) == ["seen"] * 3
    assert "ocr_pages" not in processed(monkeypatch, data, None).metadata


def test_a_page_is_rendered_as_a_grey_image_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(dpi=144)
    processed(monkeypatch, write_pdf([DRAWING]), reader)
    (page,) = reader.images
    with Image.open(io.BytesIO(page.data)) as seen:
        assert (seen.format, seen.mode, seen.size, page.dpi) == ("PPM", "L", (1190, 1684), 144)
        # Of a page that is 842 points high, counted from below.
        assert (seen.getpixel((400, 1284)), seen.getpixel((100, 100))) == (0, 255)


def test_a_stamp_on_a_scan_is_not_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    inline = b" q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    small = inline.replace(b"595 0 0 842", b"90 0 0 90")
    stamped = write_pdf([text_page("page 1") + inline, text_page("page 2") + small])
    assert texts(processed(monkeypatch, stamped, Reader())) == ["seen", "page 2"]


def test_characters_without_a_meaning_are_no_text() -> None:
    page: Any = None  # not looked at
    assert is_image(page, "\ue012\ue01a \ufffd\ufffd, 17")
    assert not is_image(page, "The wheel of the mill turns slowly. " * 5 + "\ue012 \ufffd")


def test_parts_are_small_and_make_the_document_that_one_read_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = with_broken_page(write_pdf([text_page("One"), *[DRAWING] * 4, text_page("Six")]), 2)
    says = ("a", UnreadablePage("it is too dark"), "b")
    whole = processed(monkeypatch, data, Reader(*says))
    assert texts(whole) == ["One", "a", "b", "Six"]
    assert (whole.metadata["broken_pages"], whole.metadata["ocr_pages"]) == ([2, 4], 2)
    reader = Reader(*says)
    with pytest.raises(LongDocument) as long:
        processed(monkeypatch, data, reader, paging=Paging(100))
    assert long.value.ranges == ((1, 3), (3, 5), (5, 7))
    blob, kind = Blob(data), "application/pdf"
    parts = [read_part(blob, kind, Limits(), *each, reader) for each in long.value.ranges]
    assert processed(monkeypatch, data, reader, paging=Paging(parts=parts)) == whole


@pytest.mark.parametrize(
    ("says", "code", "message"),
    [
        (("", ""), "empty", "no text was found"),
        (("", UnreadablePage("dark")), "empty", "1 of them cannot be read"),
        ((UnreadablePage("dark"),) * 2, "parse_error", "dark"),
        ((DocumentError(DocumentCode.STEP_FAILED, "gone"),), "step_failed", "gone"),
        ((ValueError("odd"),), "parse_error", "odd"),
    ],
)
@pytest.mark.parametrize("data", [write_pdf([DRAWING] * 2), image("TIFF", 40, 50)])
def test_a_document_without_text_says_why(
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    says: tuple[str | Exception, ...],
    code: str,
    message: str,
) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        processed(monkeypatch, data, Reader(*says))
    assert caught.value.document_code == code


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_an_image_is_a_document_for_a_reader_only(
    monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    data = image(form, 40)
    with pytest.raises(DocumentError, match="choose the step 'ocr'") as caught:
        processed(monkeypatch, data, None)
    assert caught.value.document_code == "needs_ocr"
    reader = Reader("A mill.")
    content = processed(monkeypatch, data, reader)
    assert (texts(content), content.pages) == (["A mill."], 1)
    assert content.media_type == f"image/{form.lower()}"
    assert reader.images == [PageImage(data)]


def test_the_images_of_a_tiff_are_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader("One", "Two", "Three")
    content = processed(monkeypatch, image("TIFF", 40, 50, 60), reader)
    assert (texts(content), content.pages) == (["One", "Two", "Three"], 3)
    assert [each.frame for each in reader.images] == [0, 1, 2]


def test_pages_with_text_of_their_own_keep_their_structure_beside_those_that_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prose = ["The miller opens the sluice at dawn and the water finds the wheel."] * 6
    reader = Reader("A scanned page.")
    content = processed(monkeypatch, write_pdf([text_page(*prose), DRAWING]), reader)
    assert [(block.page, block.box is None) for block in content.structure] == [
        (1, False),
        (2, True),
    ]
    assert len(reader.images) == 1
