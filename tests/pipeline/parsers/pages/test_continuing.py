"""Which blocks of a page are one paragraph."""

import pytest

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.blocks.lines import TextLine, joined
from gristmill.pipeline.parsers.pages.layout.blocks.parting.continuing import continues, merged
from gristmill.schemas.outcomes.structure import BlockKind, Box

Row = tuple[str, float, float, bool]
"""Words, left and right end in points, and whether they are bold."""
FULL = ("a domain-specific encoder outperforms a strong Lucene", 72, 270, False)


def block(top: float, *rows: Row, size: float = 10.0) -> Draft:
    lines = tuple(
        TextLine(text, Box(left, top + 12 * n, right, top + 12 * n + 10), size, bold, False, -1)
        for n, (text, left, right, bold) in enumerate(rows)
    )
    return Draft(BlockKind.TEXT, joined(lines), None).of_lines(lines)


ONE = block(100, ("The paragraph begins here with an inset and goes", 82, 271, False), FULL)


@pytest.mark.parametrize(
    ("text", "left", "is_one"),
    [
        ("BM25 system greatly in terms of accuracy", 72, True),
        ("BM25 begins another paragraph with an inset", 84, False),
        ("• an item of a list, as its sign says", 72, False),
        ("Table 7. Eigenvalues of the matrix", 72, False),
        ("2. Of the encoders that are known", 72, False),
    ],
)
def test_a_full_line_without_an_end_goes_on_where_its_lines_begin(
    text: str, left: float, is_one: bool
) -> None:
    other = block(124, (text, left, 268, False), ("and so on it goes.", 72, 160, False))
    assert continues(ONE, other) is is_one


def test_a_line_with_room_for_more_or_at_the_end_of_a_sentence_is_the_last() -> None:
    other = block(124, ("BM25 system greatly in terms of accuracy", 72, 268, False))
    short = ("a domain-specific encoder is", 72, 170, False)
    assert not continues(block(100, FULL, short), other)
    ended = (f"{FULL[0]}.", 72, 270, False)
    assert not continues(block(100, FULL, ended), other)


def test_a_bold_start_in_small_capitals_goes_on_with_any_letter() -> None:
    start = block(100, ("AGENCY: Federal Aviation", 72, 190, True), size=8)
    rest = block(112, ("Administration (FAA), DOT.", 72, 300, False), size=9.5)
    assert continues(start, rest, run_in=True)
    assert not continues(start, rest)
    assert merged(start, rest).text == "AGENCY: Federal Aviation Administration (FAA), DOT."
