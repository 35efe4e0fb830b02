"""Plain text: as it is, without what only a terminal or a printer reads."""

import pytest

from gristmill.pipeline.parsers.text import plain
from gristmill.pipeline.shapes import Blob, Limits


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[1;32mINFO\x1b[0m wheel \x1b[38;5;208mturns\x1b[K", "INFO wheel turns"),
        ("\x1b]0;the mill\x07$ grind\x1b[?2004l", "$ grind"),
        ("\x1b]8;;http://mill.example\x1b\\here\x1b]8;;\x1b\\", "here"),
        ("\x1b(B\x1b7plain\x1b8", "plain"),
        ("N\x08NA\x08AM\x08ME\x08E", "NAME"),
        ("_\x08w_\x08h_\x08e_\x08e_\x08l", "wheel"),
    ],
)
def test_what_steers_a_terminal_is_no_text(raw: str, shown: str) -> None:
    (block,) = plain.parse(Blob(raw.encode()), Limits()).blocks
    assert block.text == shown


def test_a_guessed_encoding_is_said() -> None:
    parsed = plain.parse(Blob("Das Mühlrad dreht sich früh.".encode("cp1252")), Limits())
    assert [each.code for each in parsed.warnings] == ["encoding_guessed"]
