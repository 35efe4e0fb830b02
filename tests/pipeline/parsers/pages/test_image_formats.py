"""Images by their first bytes: what they are, and what becomes of each."""

import io
from typing import Any

import pytest
from PIL import Image

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.paging.paged_shapes import PageImage
from gristmill.pipeline.parsers.pages import image
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import WarningCode
from gristmill.schemas.problems.errors import DocumentError

FORMS = {
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "JPEG2000": "image/jp2",
    "PPM": "image/x-portable-anymap",
    "WEBP": "image/webp",
}


class Reader:
    engine, dpi, every_page, most_pages = "eyes 1", 72, False, 4

    def __init__(self) -> None:
        self.images: list[PageImage] = []

    def read(self, image: PageImage) -> str:
        self.images.append(image)
        return "seen"


def saved(form: str, *, pages: int = 1, **more: Any) -> bytes:
    images = [Image.new("RGB", (40, 30), (200, 10 * at, 10)) for at in range(pages)]
    out = io.BytesIO()
    all_of_them = {"save_all": True, "append_images": images[1:]} if pages > 1 else {}
    images[0].save(out, form, **all_of_them, **more)
    return out.getvalue()


def read(data: bytes, limits: Limits = Limits()) -> tuple[Parsed, Reader]:  # noqa: B008
    reader = Reader()
    with image.open_pages(Blob(data), limits, reader) as document:
        return document.joined(document.read(1, document.count + 1)), reader


@pytest.mark.parametrize("form", FORMS)
def test_other_formats_are_given_to_the_reader_as_one_that_it_knows(form: str) -> None:
    data = saved(form)
    assert detect(data, "scan") == FORMS[form]
    parsed, reader = read(data)
    assert [block.text for block in parsed.blocks] == ["seen"]
    with Image.open(io.BytesIO(reader.images[0].data)) as seen:
        assert (seen.format, seen.mode, seen.size) == ("PPM", "L", (40, 30))
    with pytest.raises(DocumentError, match="choose the step 'ocr'") as caught:
        image.parse(Blob(data), Limits())
    assert caught.value.document_code == DocumentCode.NEEDS_OCR


def test_of_an_animation_the_first_image_is_read_and_the_rest_told() -> None:
    parsed, reader = read(saved("GIF", pages=3))
    assert len(reader.images) == 1
    (warning,) = parsed.warnings
    assert (warning.code, warning.count) == (WarningCode.CONTENT_CUT, 2)


def test_what_lies_behind_transparency_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(out, "WEBP", lossless=True)
    _, reader = read(out.getvalue())
    with Image.open(io.BytesIO(reader.images[0].data)) as seen:
        assert seen.getpixel((5, 5)) == 255


def test_pixels_are_counted_before_anything_is_decoded() -> None:
    with pytest.raises(DocumentError, match="40 x 30 pixels") as caught:
        read(saved("WEBP"), Limits(max_pixels=100))
    assert caught.value.document_code == DocumentCode.TOO_LARGE


@pytest.mark.parametrize("form", FORMS)
def test_a_broken_image_is_told_as_such(form: str) -> None:
    data = saved(form)
    for part in (data[: len(data) // 2], data[:20]):
        try:
            read(part)
        except DocumentError as error:
            assert error.document_code in (DocumentCode.PARSE_ERROR, DocumentCode.EMPTY)


def test_heic_says_what_to_do() -> None:
    data = b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + bytes(100)
    assert detect(data, "photo.heic") == "image/heic"
    with pytest.raises(DocumentError, match="save it as JPEG or PNG") as caught:
        image.parse(Blob(data), Limits())
    assert caught.value.document_code == DocumentCode.UNSUPPORTED


def test_text_that_begins_like_an_image_is_text() -> None:
    for text in (b"BMW drives to the mill", b"P4 is a processor of 2000", b"RIFF is a reef"):
        assert detect(text, "") == "text/plain"
