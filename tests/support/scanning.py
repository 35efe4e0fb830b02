"""Pages of the examples as a scanner would deliver them, and how well they are read."""

import io
import re
import shutil
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from support.writers.pdf_writer import text_page, write_pdf

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
DPI = 200
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None,
    reason="tesseract is not installed (Debian: apt install tesseract-ocr)",
)
_LINES = 50
_WORD = re.compile(r"\w+")


class Original:
    """A document with text: its pages as images, and the words that are on each."""

    def __init__(self, data: bytes) -> None:
        document = pypdfium2.PdfDocument(data)
        self.images: list[Any] = []
        self.texts: list[str] = []
        for page in document:
            self.texts.append(page.get_textpage().get_text_range())
            self.images.append(page.render(scale=DPI / 72, grayscale=True).to_pil())


def restoration() -> Original:
    return Original((EXAMPLES / "restoration.pdf").read_bytes())


def typeset(example: str, lines_a_page: int = _LINES) -> Original:
    """An example that is text, set in type."""
    text = (EXAMPLES / example).read_text(encoding="utf-8").replace("|", " ")
    lines = [line for each in text.splitlines() for line in textwrap.wrap(each, 80) or [""]]
    escaped = [re.sub(r"([\\()])", r"\\\1", line) for line in lines]
    starts = range(0, len(escaped), lines_a_page)
    pages = [escaped[start : start + lines_a_page] for start in starts]
    return Original(write_pdf([text_page(*page) for page in pages]))


def as_file(images: list[Any], form: str) -> bytes:
    """Images in one file: `PDF` or `TIFF` of all of them, `PNG` or `JPEG` of the first."""
    out = io.BytesIO()
    # Pillow leaves notes for an encoder on the image that it saves.
    first, *rest = (image.copy() for image in images)
    more = {"save_all": True, "append_images": rest} if form in ("PDF", "TIFF") else {}
    size = {"resolution": DPI} if form == "PDF" else {"dpi": (DPI, DPI)}
    first.save(out, form, **more, **size)
    return out.getvalue()


def blank(width: int, height: int = 20) -> Any:
    return Image.new("L", (width, height), 255)


def share_right(read: str, truth: str) -> float:
    """The share of words that are in both, as multisets, of the longer one: what was invented
    counts as much as what was lost."""
    found, wanted = (Counter(_WORD.findall(text.casefold())) for text in (read, truth))
    return (found & wanted).total() / max(found.total(), wanted.total(), 1)
