"""Changes as passages, with the lines around them."""

import pytest

from gristmill.schemas.comparison.changes import LineKind, Passage, counted, passages_of

MARKS = {LineKind.SAME: " ", LineKind.REMOVED: "-", LineKind.ADDED: "+"}


def told(passages: list[Passage]) -> list[str]:
    return [
        f"{each.before},{each.after}:"
        + "".join(f"{MARKS[line.kind]}{line.text}" for line in each.lines)
        for each in passages
    ]


@pytest.mark.parametrize(
    ("before", "after", "context", "passages"),
    [
        ("a b c", "a b c", 3, []),
        ("a b c", "a x c", 1, ["1,1: a-b+x c"]),
        ("a b c", "a x c", 0, ["2,2:-b+x"]),
        ("a b c d e f", "x b c d e y", 1, ["1,1:-a+x b", "5,5: e-f+y"]),
        ("a b c d", "x b c y", 1, ["1,1:-a+x b c-d+y"]),
        ("", "a b", 3, ["1,1:+a+b"]),
        ("a b", "", 3, ["1,1:-a-b"]),
        ("a b c d e", "a b c d x e", 1, ["4,4: d+x e"]),
    ],
)
def test_changes_are_told_with_what_is_around(
    before: str, after: str, context: int, passages: list[str]
) -> None:
    found = passages_of(before.replace(" ", "\n\n"), after.replace(" ", "\n"), context)
    assert told(found) == passages


def test_lines_are_counted_by_kind() -> None:
    found = passages_of("a\nb\nc\nd", "a\nx\ny\nd", 3)
    assert [counted(found, kind) for kind in LineKind] == [2, 2, 2]


def test_blank_lines_and_blanks_at_the_end_of_lines_are_no_changes() -> None:
    assert passages_of("a\n\n\nb  \n", "a\nb", 3) == []
