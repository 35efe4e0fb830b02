"""No word of a page is lost, whoever reads it."""

import pytest
from support.writers.pdf_layout import FIXED, Line, drawn, layout_pdf, paragraph

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.parsers.pages.layout.placed import reading
from gristmill.pipeline.parsers.pages.layout.placed.reading import LayoutReader
from gristmill.pipeline.parsers.pages.layout.placed.signs import signs_of
from gristmill.pipeline.shapes import Blob, BlockKind, Limits

PROSE = "The miller opens the sluice at dawn and the water finds the wheel. " * 6
TURNED = b" BT /F1 9 Tf 0 1 -1 0 30 300 Tm (Printed by the guild of millers) Tj ET"


def said(data: bytes) -> str:
    return " ".join(block.text for block in pdf.parse(Blob(data), Limits()).blocks)


def test_text_that_is_turned_is_there() -> None:
    text = said(layout_pdf([drawn(paragraph(PROSE, 72, 100)) + TURNED]))
    assert "Printed by the guild of millers" in text
    assert PROSE.strip() in text


def test_capitals_that_are_set_wide_are_words() -> None:
    spaced = b"BT /F2 11 Tf 1.2 Tc 1 0 0 1 72 760 Tm [(B) -90 (URN) -60 (ING BRIDGES)] TJ ET\n"
    found = pdf.parse(Blob(layout_pdf([spaced + drawn(paragraph(PROSE, 72, 140))])), Limits())
    assert "BURNING BRIDGES" in [block.text for block in found.blocks]


class Panicked(BaseException):
    """As Rust's panics come out of a module that is written in it."""


Panicked.__name__ = "PanicException"


@pytest.mark.parametrize("error", [RuntimeError("no"), Panicked("index out of bounds")])
def test_pages_that_liteparse_cannot_read_are_read_as_text(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(LayoutReader, "_result", fails)
    found = pdf.parse(Blob(layout_pdf([drawn(paragraph(PROSE, 72, 100))])), Limits())
    assert " ".join(found.blocks[0].text.split()) == PROSE.strip()
    assert [warning.code for warning in found.warnings] == ["structure_left_out"]


def test_a_keyboard_interrupt_is_no_failure_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LayoutReader, "_result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        said(layout_pdf([drawn(paragraph(PROSE, 72, 100))]))


def test_a_page_is_the_same_whichever_way_its_window_was_read() -> None:
    titles = [Line(f"Chapter {number}", 72, 60, 18) for number in range(40)]
    pages = [drawn([title, *paragraph(PROSE, 72, 110)]) for title in titles]
    data = layout_pdf(pages)
    one, other = LayoutReader(data), LayoutReader(data)
    in_order = [one.page(number) for number in range(1, 41)]
    number = reading.WINDOW + 4
    jumped, after = other.page(number), in_order[number - 1]
    assert jumped is not None and after is not None
    assert jumped.pieces == after.pieces


def test_a_short_document_is_the_same_read_at_once_and_in_windows() -> None:
    data = layout_pdf([drawn(paragraph(f"{PROSE} {number}", 72, 100)) for number in range(3)])
    at_once, in_windows = LayoutReader(data, count=3), LayoutReader(data)
    for number in (1, 2, 3):
        one, other = at_once.page(number), in_windows.page(number)
        assert one is not None and other is not None
        assert one.pieces == other.pieces
        assert [block.text for block in one.blocks] == [block.text for block in other.blocks]


def test_after_a_failure_the_next_document_is_read_by_another_parser() -> None:
    data = layout_pdf([drawn(paragraph(PROSE, 72, 100))])
    before = LayoutReader(data, count=1).page(1)
    parsers = reading._parser.cache_info().currsize
    broken = LayoutReader(b"%PDF-1.7 and nothing else", count=1)
    assert parsers and broken.page(1) is None
    assert reading._parser.cache_info().currsize == 0
    after = LayoutReader(data, count=1).page(1)
    assert before is not None and after is not None and before.pieces == after.pieces


@pytest.mark.parametrize(
    "text",
    ["", "It's 5_000 – “so” (1)\n", "Größe: 12 µm²…", "日本語、です。", "a\ud800-b\x02", "Ⅳ ½ ٣"],
)
def test_signs_are_letters_and_figures_of_any_script(text: str) -> None:
    assert signs_of(text) == "".join(filter(str.isalnum, text))


def test_bytes_that_are_no_pdf_are_never_given_to_liteparse() -> None:
    assert LayoutReader(b"PK\x03\x04 an office document").page(1) is None


def test_code_keeps_its_lines() -> None:
    code = ["def grind(grain):", "flour = []", "for sack in grain:", "flour.append(sack)"]
    lines = [Line(text, 90, 200 + 12 * place, 10, FIXED) for place, text in enumerate(code)]
    data = layout_pdf([drawn([*paragraph(PROSE, 72, 60), *lines])])
    found = pdf.parse(Blob(data), Limits()).blocks
    (block,) = [each for each in found if each.kind is BlockKind.CODE]
    assert block.text.splitlines() == code


def test_a_hyphen_that_belongs_to_its_word_stays_at_a_line_end() -> None:
    rows = [
        "The stones were water-driven at first and the guild called them a good deal. Later",
        "mills had gears that were FAA-",
        "approved, and by the end of the year most of the valley had stopped using its water-",
        "driven stones, which the millers had found too slow for the grain of so many far-",
        "mers and for a harvest that was larger than any before it in the whole of the valley.",
    ]
    lines = [Line(text, 72, 100 + 12 * number) for number, text in enumerate(rows)]
    text = said(layout_pdf([drawn(lines)]))
    assert "FAA-approved, and" in text
    assert "its water-driven stones" in text
    assert "so many farmers" in text


BROKEN = [
    "The report by e-",
    "mail says that the old mill is a self-",
    "made thing of stone, that it is state-of-the-",
    "art, evidence-",
    "based and water-",
    "driven, and that since COVID-",
    "19 the num-",
    "ber of farmers has been a good deal lower; more is said at https://mill-",
    "stones.example/a and in the book of the guild of millers, which has been kept since then.",
]


@pytest.mark.parametrize("structure", [True, False])
def test_only_the_hyphens_that_break_a_word_are_dropped(structure: bool) -> None:
    pages = [
        drawn([Line(text, 72, 100 + 12 * number) for number, text in enumerate(BROKEN)]),
        drawn(paragraph("Nobody here has ever seen a water-driven wheel as large. " * 5, 72, 100)),
    ]
    found = pdf.parse(Blob(layout_pdf(pages)), Limits(structure=structure))
    text = " ".join(" ".join(block.text for block in found.blocks).split())
    for words in ("e-mail says", "self-made thing", "state-of-the-art, evidence-based and"):
        assert words in text
    for words in ("water-driven, and", "COVID-19", "the number of", "https://mill-stones.example"):
        assert words in text


def test_what_a_later_page_says_decides_on_a_word_of_an_earlier_one() -> None:
    first = ["The miller opens the dual-", "stone sluice at dawn and the wheel of the mid-"]
    first += [
        "night shift begins to turn, and with it the wheels of all of the others of the valley."
    ]
    pages = [
        drawn([Line(text, 72, 100 + 12 * number) for number, text in enumerate(first)]),
        drawn(
            paragraph("A dual-stone sluice is opened at midnight as well as at dawn. " * 4, 72, 99)
        ),
    ]
    text = said(layout_pdf(pages))
    assert "the dual-stone sluice at dawn" in text
    assert "the midnight shift" in text


def test_a_hyphen_at_a_line_end_casts_no_doubt_on_its_page() -> None:
    lines = [Line(text, 72, 100 + 12 * number) for number, text in enumerate(BROKEN)]
    page = LayoutReader(layout_pdf([drawn(lines)])).page(1)
    assert page is not None
    assert any(piece.text.rstrip().endswith("-") for piece in page.pieces)
    assert not any(piece.garbled for piece in page.pieces)
