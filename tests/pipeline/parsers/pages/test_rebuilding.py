"""Pages of which liteparse has dropped words: pdfium's are put in their places."""

from typing import NamedTuple

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.blocks.wording.completing import compared, is_doubtful
from gristmill.pipeline.parsers.pages.layout.blocks.wording.rebuilding import rebuilt
from gristmill.pipeline.parsers.pages.layout.placed.reading import LayoutPage, Piece
from gristmill.schemas.outcomes.structure import BlockKind, Box

PAGE = LayoutPage(1, 595, 842, (), (), ())
LINES = [
    "Cleaning",
    "Grain is sifted twice and the chaff is",
    "blown away before it is weighed.",
    "1. Open the hopper and look for stones.",
    "Sieve Width",
    "Coarse 4 mm",
    "The bran is kept.",
]


class Reader(NamedTuple):
    lines: list[str]

    def is_bold(self, number: int, x: float, y: float) -> bool | None:
        return None

    def text(self, number: int, box: Box) -> str:
        return "\r\n".join(self.lines)


def draft(text: str, kind: BlockKind = BlockKind.TEXT) -> Draft:
    return Draft(kind, text, None)


def piece(text: str, high: float, *, garbled: bool = False) -> Piece:
    return Piece(text, Box(70, 100, 170, 100 + high), 10, False, False, False, False, garbled, -1)


HEADING = draft("Cleaning", BlockKind.HEADING)
TABLE = draft("| Sieve | Width |\n| --- | --- |\n| Coarse | 4 mm |", BlockKind.TABLE)


def test_a_page_is_built_anew_around_its_headings_and_tables() -> None:
    scrambled = draft("sifted chaff before stones")
    found = rebuilt([HEADING, scrambled, TABLE], LINES)
    assert [each.text for each in found] == [
        "Cleaning",
        "Grain is sifted twice and the chaff is blown away before it is weighed.",
        "1. Open the hopper and look for stones.",
        TABLE.text,
        "The bran is kept.",
    ]
    assert found[0] is HEADING
    assert found[3] is TABLE


def test_a_line_that_is_missing_stands_after_the_line_before_it() -> None:
    rest = " ".join(f"Sack {number:03} of lot {number:04}." for number in range(40))
    blocks = [HEADING, draft(" ".join(LINES[1:3])), TABLE, draft(rest)]
    lines = [*LINES[:3], "Winnowers earn threepence daily.", *LINES[4:6], rest]
    found = compared(blocks, PAGE, Reader(lines))
    assert found is not None
    assert found[2].text == "Winnowers earn threepence daily."
    assert [each.text for each in found if each is not found[2]] == [each.text for each in blocks]


def test_blocks_with_all_words_stay_as_they_are() -> None:
    blocks = [draft(" ".join(LINES))]
    assert compared(blocks, PAGE, Reader(LINES)) == blocks


def test_a_page_of_which_hardly_anything_is_there_is_read_in_another_way() -> None:
    assert compared([draft("nothing of it")], PAGE, Reader(LINES)) is None


def test_pages_are_in_doubt_whose_fonts_are_odd_or_whose_script_is_foreign() -> None:
    plain, tall = piece("Grain is sifted.", 12), piece("Grain is sifted.", 56)
    odd, foreign = piece("Grain", 12, garbled=True), piece("脱穀された穀物を選別する", 12)
    doubts = [is_doubtful(PAGE._replace(pieces=(each,))) for each in (plain, tall, odd, foreign)]
    assert doubts == [False, True, True, True]
