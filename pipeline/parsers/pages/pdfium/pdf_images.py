"""PDF pages that are images: which ones are, and what they look like."""

import math
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from gristmill.pipeline.paging.paged_shapes import PageImage

if TYPE_CHECKING:
    import pypdfium2

_POINTS_PER_INCH = 72
_STAMP_CHARS = 100
"""Letters and digits: a scan may bear so many of a stamp, a header or a page number as text."""
_MOST_OBJECTS = 50
_NO_LETTERS = frozenset({"Co", "Cn", "Cc"})


def is_image(page: "pypdfium2.PdfPage", text: str) -> bool:
    """Whether the text of a page is not what a reader of it sees: there is none, its characters
    mean nothing (a font without a map to Unicode), or it is a stamp on a scan."""
    letters = _letters(text)
    return not letters or (letters < _STAMP_CHARS and _is_covered(page))


def may_be_image(text: str) -> bool:
    """Whether `is_image` is to be asked about a page with this text, which costs opening it."""
    return _letters(text) < _STAMP_CHARS


def image_of(page: "pypdfium2.PdfPage", dpi: int, most_pixels: int) -> PageImage:
    """A page in shades of grey; one that is too large for `dpi` is rendered less finely. Raises
    PdfiumError."""
    width, height = page.get_size()
    finest = math.sqrt(most_pixels / max(1.0, width * height))
    scale = min(dpi / _POINTS_PER_INCH, finest)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        rows = memoryview(bitmap.buffer).cast("B")
        data = bytearray(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height))
        for start in range(0, bitmap.stride * bitmap.height, bitmap.stride):
            data += rows[start : start + bitmap.width]
    finally:
        bitmap.close()
    return PageImage(bytes(data), round(scale * _POINTS_PER_INCH))


def _letters(text: str) -> int:
    """Letters and digits; none where too much of a text means nothing."""
    signs = "".join(text.split())
    if sum(map(_means_nothing, signs)) * 3 > len(signs):
        return 0
    return sum(map(str.isalnum, signs))


def _means_nothing(sign: str) -> bool:
    return sign == "\ufffd" or (not sign.isascii() and unicodedata.category(sign) in _NO_LETTERS)


def _is_covered(page: "pypdfium2.PdfPage") -> bool:
    """Whether one image covers half of the page or more."""
    import pypdfium2.raw

    width, height = page.get_size()
    images = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=2)
    for image in islice(images, _MOST_OBJECTS):
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) * 2 >= width * height:
            return True
    return False
