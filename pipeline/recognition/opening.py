"""Images opened by Pillow, where it is installed: of the formats that we name, and no others."""

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

FORMATS = {
    "image/avif": "AVIF",
    "image/bmp": "BMP",
    "image/gif": "GIF",
    "image/jp2": "JPEG2000",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
    "image/x-portable-anymap": "PPM",
}
"""By media type, Pillow's names. It knows others, of which some run programs to read them."""

# TIFF 6.0 and Exif 2.3; the last three are Windows', in UTF-16.
_EXIF = {
    270: "description",
    271: "camera_maker",
    272: "camera",
    305: "creator",
    306: "created",
    315: "author",
    33432: "copyright",
    0x9C9B: "title",
    0x9C9C: "comment",
    0x9C9E: "keywords",
}
_NAMED = ("title", "description", "author", "copyright", "comment", "creation time", "software")
_CHARS = 2_000


@contextmanager
def opened(data: bytes, frame: int = 0) -> Iterator[Any]:
    """An image of a file, of which only the header has been read. Raises ImportError without
    Pillow, and whatever Pillow raises for what is broken."""
    from PIL import Image

    with warnings.catch_warnings():
        # Whoever asks compares the pixels with a limit of his own.
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=tuple(FORMATS.values())) as image:
            if frame:
                image.seek(frame)
            yield image


def said_by(image: Any) -> dict[str, str]:
    """What the file says of itself, in words: metadata."""
    said: dict[str, str] = {}
    for name, value in _texts(image):
        text = _text(value)
        if text:
            said.setdefault(name, text)
    return said


def _texts(image: Any) -> Iterator[tuple[str, Any]]:
    info: Mapping[Any, Any] = {str(key).lower(): value for key, value in image.info.items()}
    for name in _NAMED:
        if name in info:
            yield name.replace(" ", "_"), info[name]
    try:
        exif = image.getexif()
    except Exception:  # of a block that is broken: the image may be sound
        return
    for tag, name in _EXIF.items():
        if tag in exif:
            yield name, exif[tag]


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        value = bytes(each for each in value if isinstance(each, int) and 0 <= each < 256)
    if isinstance(value, bytes):
        value = value.decode("utf-16-le" if b"\x00" in value[:4] else "utf-8", "replace")
    return " ".join(str(value)[:_CHARS].replace("\x00", " ").split())
