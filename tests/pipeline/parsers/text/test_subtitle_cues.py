"""Captions that roll are said once; what people repeat is not."""

import pytest

from gristmill.pipeline.parsers.text.timed import subtitles
from gristmill.pipeline.shapes import Blob, Limits


def said(text: str) -> str:
    parsed = subtitles.parse(Blob(text.encode()), Limits())
    return "\n\n".join(block.text for block in parsed.blocks)


def srt(*cues: str) -> str:
    return "\n\n".join(
        f"{number}\n00:00:{number:02},000 --> 00:00:{number:02},990\n{cue}"
        for number, cue in enumerate(cues, 1)
    )


YOUTUBE = """WEBVTT
Kind: captions

00:00:00.000 --> 00:00:02.000 align:start
\x20
rye<00:00:00.500><c> is</c><00:00:01.000><c> sown</c>

00:00:02.000 --> 00:00:02.010
rye is sown
\x20

00:00:02.010 --> 00:00:04.000
rye is sown
late<00:00:02.500><c> in</c> May &amp; June

00:00:04.000 --> 00:00:04.010
late in May &amp; June
\x20

00:00:04.010 --> 00:00:06.000
late in May &amp; June
and oats early
"""


def test_rolling_captions_are_said_once() -> None:
    assert said(YOUTUBE) == "rye is sown\nlate in May & June\nand oats early"


@pytest.mark.parametrize(
    ("cues", "shown"),
    [
        (("a b", "a b\nc d", "c d\ne f", "e f\ng h"), "a b\nc d\ne f\ng h"),
        (
            ("the", "the mill", "the mill stands", "still", "still here"),
            "the\nmill\nstands\nstill\nhere",
        ),
        (("one\ntwo\nthree", "two\nthree\nfour", "three\nfour\nfive"), "one two three\nfour\nfive"),
        (("Yes.", "Yes.\nWell", "no", "so", "it", "goes", "on", "and", "so"), None),
        (("la la", "la la\nla", "x y", "z", "a", "b", "c", "d", "e", "f", "g", "h", "i"), None),
    ],
)
def test_only_what_rolls_is_taken_for_repeated(cues: tuple[str, ...], shown: str | None) -> None:
    whole = "\n".join(cue.replace("\n", " ") for cue in cues)
    assert said(srt(*cues)) == (shown or whole)


def test_other_formats_of_captions_are_read() -> None:
    sbv = "0:00:01.000,0:00:02.000\nOpen the gate,\n12 of them\n\n0:00:02.000,0:00:03.500\nnow.\n"
    assert said(sbv) == "Open the gate, 12 of them\nnow."
    ttml = (
        "<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p begin='00:00:01.000' end='2s'>Open"
        "<br/>the <span>gate</span></p><p begin='2.5s' end='3s'>now.</p></div></body></tt>"
    )
    assert said(ttml) == "Open the gate\nnow."
