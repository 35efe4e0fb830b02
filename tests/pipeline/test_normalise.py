"""The one clean text and its places."""

from hypothesis import example, given
from hypothesis import strategies as st

from gristmill.pipeline.normalise import LONGEST_BLANK, assemble, clean, clean_line
from gristmill.pipeline.shapes import Block, BlockKind, Parsed


def test_line_ends_controls_and_trailing_blanks_go() -> None:
    assert clean("one  \r\ntwo\t\rthree\x00\x07\x0cfour\ufeff ") == "one\ntwo\nthree\nfour"


def test_letters_are_composed_and_odd_blanks_are_blanks() -> None:
    assert clean("cafe\u0301\u00a0noir, soft\u00adhyphen") == "café noir, softhyphen"


def test_lone_surrogates_cannot_reach_the_library() -> None:
    assert clean("a\ud800b").encode() == "a\ufffdb".encode()


def test_long_runs_of_blanks_and_lines_are_bounded() -> None:
    assert clean("a" + " " * 5000 + "b") == "a" + " " * LONGEST_BLANK + "b"
    assert clean("a" + "\n" * 50 + "b") == "a\n\n\nb"


def test_a_million_blanks_take_no_time_of_note() -> None:
    assert len(clean("a" + " " * 1_000_000 + "b\n" + " " * 1_000_000)) == LONGEST_BLANK + 2


@given(st.text(max_size=300))
@example("\xa0\x850")
@example("one\u2003\r\ntwo")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\n" not in clean_line(text)


def test_blocks_are_joined_by_a_blank_line_and_their_places_are_exact() -> None:
    normalised = assemble(
        Parsed(
            [
                Block(BlockKind.TEXT, "Before.", 0, 1),
                Block(BlockKind.TEXT, " \n ", 0, 1),
                Block(BlockKind.HEADING, "The\n Mill ", 1, 2),
                Block(BlockKind.TABLE, "| a |\n| b |", 0, 2),
            ]
        )
    )
    assert normalised.text == "Before.\n\nThe Mill\n\n| a |\n| b |"
    assert normalised.headings == ((9, 1, "The Mill"),)
    assert normalised.page_starts == ((0, 1), (9, 2))
    assert normalised.spans == ((19, 30, BlockKind.TABLE),)
