"""The sizes of images, hostile ones included."""

import io
import struct

import pytest
from PIL import Image

from gristmill.pipeline.parsers.pages import image
from gristmill.pipeline.parsers.pages.image_headers import Frame, frames_of
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.problems.errors import DocumentError


def picture(form: str, *sizes: tuple[int, int], **more: object) -> bytes:
    out = io.BytesIO()
    first, *rest = (Image.new("L", size) for size in sizes)
    several = {"save_all": True, "append_images": rest} if rest else {}
    first.save(out, form, **several, **more)
    return out.getvalue()


def directory(*fields: tuple[int, int], following: int = 0) -> bytes:
    """A TIFF directory with fields of one LONG each."""
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    return struct.pack("<H", len(fields)) + body + struct.pack("<I", following)


def tiff(*parts: bytes) -> bytes:
    return b"II*\x00" + struct.pack("<I", 8) + b"".join(parts)


def failure(data: bytes, most: int = 100) -> str:
    with pytest.raises(DocumentError) as caught:
        frames_of(data, most)
    return str(caught.value.document_code)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_the_size_is_in_the_header(form: str) -> None:
    assert frames_of(picture(form, (70, 30)), 9) == (Frame(0, 70, 30),)


def test_a_progressive_jpeg_with_a_comment_has_a_size() -> None:
    data = picture("JPEG", (70, 30), progressive=True, comment=b"\xff\xc0 no frame" * 9)
    assert frames_of(data, 9) == (Frame(0, 70, 30),)


def test_all_images_of_a_tiff_are_found() -> None:
    assert frames_of(picture("TIFF", (70, 30), (50, 20)), 9) == (Frame(0, 70, 30), Frame(1, 50, 20))


def test_thumbnails_are_no_pages_but_count() -> None:
    small = directory((254, 1), (256, 7), (257, 3), following=8 + 42)
    data = tiff(small, directory((256, 70), (257, 30)))
    assert frames_of(data, 9) == (Frame(1, 70, 30),)


def test_a_ring_of_directories_ends() -> None:
    data = tiff(directory((256, 70), (257, 30), following=8))
    assert frames_of(data, 9) == (Frame(0, 70, 30),)


def test_too_many_images_are_too_large() -> None:
    assert failure(picture("TIFF", *[(3, 2)] * 5), most=4) == "too_large"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("size", [3, 9, 15, 19])
def test_a_header_that_ends_early_is_broken(form: str, size: int) -> None:
    assert failure(picture(form, (70, 30))[:size]) == "parse_error"


@pytest.mark.parametrize(
    "data",
    [b"/etc/passwd", b"\xff\xd8\xff" + b"\xff" * 99, tiff(struct.pack("<H", 65_000) + bytes(99))],
)
def test_what_is_no_image_is_broken(data: bytes) -> None:
    assert failure(data) == "parse_error"


def test_a_bomb_is_too_large_before_anything_is_decoded() -> None:
    header = struct.pack(">II", 60_000, 60_000)
    data = picture("PNG", (70, 30))
    bomb = Blob(data[:16] + header + data[24:])
    with (
        pytest.raises(DocumentError, match="60000 x 60000 pixels") as caught,
        image.open_pages(bomb, Limits(), None),
    ):
        pass
    assert caught.value.document_code == "too_large"
