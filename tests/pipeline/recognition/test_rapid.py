"""Pages read by the models of rapidocr; without it, nothing of it is imported."""

import re
import subprocess
import sys
from collections import Counter
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from support.patience import WAIT_S
from support.scanning import as_file
from support.selection import rest_slow
from support.writers.pdf_writer import text_page, write_pdf

from gristmill.pipeline.process import process
from gristmill.pipeline.recognition.engines import rapidocr_version
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options, StepChoice
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError

OCR = Options(steps=(StepChoice("ocr", {"engine": "rapidocr", "dpi": 100}),))
LINES = ("The wheel turns by night.", "Stones grind 40 sacks of rye,", "and nobody sleeps at all.")
needs_rapidocr = pytest.mark.skipif(
    rapidocr_version() is None, reason="rapidocr is not installed (pip install 'gristmill[ocr]')"
)


@pytest.fixture(scope="module")
def page() -> Any:
    """Small, for a large one takes seconds."""
    rendered = pypdfium2.PdfDocument(write_pdf([text_page(*LINES)]))[0].render(
        scale=100 / 72, grayscale=True
    )
    return rendered.to_pil().crop((60, 50, 440, 190))


def read(data: bytes, name: str = "page") -> DocumentContent:
    return process(Blob(data, name), OCR, Limits())


def words(content: DocumentContent) -> Counter[str]:
    return Counter(re.findall(r"\w+", " ".join(chunk.text for chunk in content.chunks)))


WORDS = Counter(re.findall(r"\w+", " ".join(LINES)))


@needs_rapidocr
@pytest.mark.parametrize("turned", rest_slow(90, 0, 180, 270))
def test_a_page_is_read_however_it_lies(page: Any, turned: int) -> None:
    content = read(as_file([page.rotate(turned, expand=True)], "PNG"))
    missed = WORDS - words(content)
    assert missed.total() <= 1, content.chunks
    assert content.metadata["ocr_engine"].startswith("rapidocr ")
    text = content.chunks[0].text
    assert text.index("night") < text.index("sacks") < text.index("sleeps")


@needs_rapidocr
def test_images_of_all_kinds_are_read_with_what_they_say_of_themselves(page: Any) -> None:
    exif = Image.Exif()
    exif[270], exif[274] = "A page of the mill's book", 3
    for form, more in (("WEBP", {"lossless": True}), ("JPEG", {"exif": exif, "quality": 90})):
        image = page.rotate(180) if form == "JPEG" else page
        content = read(_saved(image, form, **more))
        assert (WORDS - words(content)).total() <= 1, (form, content.chunks)
        if form == "JPEG":
            assert content.metadata["description"] == "A page of the mill's book"


@needs_rapidocr
def test_a_page_without_words_has_no_text() -> None:
    with pytest.raises(DocumentError, match="no text was found") as caught:
        read(_saved(Image.new("L", (64, 64), 255), "PNG"))
    assert caught.value.document_code == "empty"


def test_nobody_pays_for_it_who_does_not_use_it() -> None:
    script = (
        "import sys\n"
        "from gristmill.pipeline import registry\n"
        "from gristmill.pipeline.steps import ocr\n"
        "registry.preload()\n"
        "heavy = {'cv2', 'PIL', 'rapidocr', 'onnxruntime'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=WAIT_S)


def _saved(image: Any, form: str, **more: Any) -> bytes:
    import io

    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()
