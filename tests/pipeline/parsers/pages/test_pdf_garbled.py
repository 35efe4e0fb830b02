"""Pages whose text layer means nothing are found, and no other page is."""

import random
import string
from collections.abc import Callable
from pathlib import Path

import pytest
from support.writers.garbled_pdf import glyph_font, letter_font, plot_font, set_in
from support.writers.noted_pdf import annotation, one_page
from support.writers.pdf_writer import text_page, write_pdf

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.parsers.pages.pdfium.pdf_garbled import look_at
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import WarningCode
from gristmill.schemas.problems.errors import DocumentError

EXAMPLES = Path(__file__).parents[4] / "examples" / "documents"
WORDS = (EXAMPLES / "history.txt").read_text("utf-8").encode("ascii", "ignore").decode()
LINES = [" ".join(WORDS.split()[start : start + 9]) for start in range(0, 180, 9)]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(glyph_font(LINES), id="numbers of glyphs"),
        pytest.param(glyph_font(LINES, lambda code: 0xE000 + code), id="for private use"),
        pytest.param(glyph_font(LINES, lambda code: 0xFFFD), id="replaced"),
        pytest.param(letter_font(LINES, "g%d"), id="names that say nothing"),
        pytest.param(plot_font(LINES, shuffled=True), id="drawn letters in another order"),
    ],
)
def test_a_font_that_says_nothing_of_its_letters_needs_ocr(data: bytes) -> None:
    with pytest.raises(DocumentError, match="do not say which letters they show") as caught:
        pdf.parse(Blob(data), Limits())
    assert caught.value.document_code == DocumentCode.NEEDS_OCR


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(glyph_font(LINES, lambda code: code), id="mapped"),
        pytest.param(plot_font(LINES), id="drawn letters whose numbers are right"),
        pytest.param(plot_font(["0 20 40 60 80 100", "0.0 0.2 0.4", "time (s)"]), id="a plot"),
    ],
)
def test_a_page_that_reads_well_is_kept_whatever_its_font(data: bytes) -> None:
    parsed = pdf.parse(Blob(data), Limits())
    assert not parsed.warnings
    assert "time" in parsed.blocks[0].text or LINES[0][:20] in parsed.blocks[0].text


def test_a_font_that_maps_all_to_nothing_needs_ocr_too() -> None:
    with pytest.raises(DocumentError) as caught:
        pdf.parse(Blob(glyph_font(LINES, lambda code: 0)), Limits())
    assert caught.value.document_code == DocumentCode.NEEDS_OCR


def test_letters_that_make_no_words_are_kept_with_a_warning() -> None:
    shifted = glyph_font(LINES, lambda code: max(33, code - 29))
    (warning,) = pdf.parse(Blob(shifted), Limits()).warnings
    assert (warning.code, warning.page) == (WarningCode.TEXT_GARBLED, 1)
    assert "make no words" in warning.message


def test_the_notes_of_a_garbled_page_are_kept() -> None:
    note = annotation("Text", (1, 1, 9, 9), b"/Contents (a word of mine)")
    content, font, more = set_in(LINES, None)
    data = one_page(content, [*more, note], annotations=[6 + len(more)], font=font)
    parsed = pdf.parse(Blob(data), Limits())
    assert [block.text for block in parsed.blocks] == ["a word of mine"]
    assert [each.code for each in parsed.warnings] == [WarningCode.TEXT_GARBLED]


def test_a_page_that_shows_only_an_image_is_told_and_a_rule_is_not() -> None:
    image = b"q 200 0 0 100 50 500 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    rule = b"50 500 400 1 re f"
    parsed = pdf.parse(Blob(write_pdf([text_page("One"), image, rule, image])), Limits())
    (warning,) = parsed.warnings
    assert (warning.code, warning.page, warning.count) == (WarningCode.PAGE_NEEDS_OCR, 2, 2)
    assert warning.message.endswith("(pages 2, 4)")


def _shifted(text: str) -> str:
    return "".join(chr(ord(each) - 29) if each.isalpha() else each for each in text)


def _shuffled(text: str) -> str:
    letters = list(string.ascii_lowercase)
    random.Random(3).shuffle(letters)
    return text.lower().translate(str.maketrans(string.ascii_lowercase, "".join(letters)))


@pytest.mark.parametrize("change", [_shifted, _shuffled])
@pytest.mark.parametrize("name", ["history.txt", "bread.md", "millstones.rst"])
def test_a_language_is_told_from_a_changed_alphabet(
    name: str, change: Callable[[str], str]
) -> None:
    text = (EXAMPLES / name).read_text("utf-8")[:2_000]
    good, bad = look_at(text), look_at(change(text))
    assert good is not None and good.is_language
    assert bad is not None and not bad.is_language


def test_other_scripts_are_not_judged() -> None:
    for text in ("Мельница стоит у реки. " * 20, "水車は川のそばにある。" * 30, "12 34 " * 99):
        assert look_at(text) is None
