"""What failed, for people: many of one kind are one line, and how to see each is said."""

import pytest

from gristmill.cli.ingesting.outcome import Reason
from gristmill.cli.ingesting.outcome_page import Group, grouped, print_failures

NONE = ("unsupported", "no parser for video/mp4")


def reasons(number: int) -> list[Reason]:
    return [Reason(f"{each}.mp4", *NONE) for each in range(number)]


def test_rows_with_one_reason_are_a_group_the_largest_first() -> None:
    rows = [("a", "x", "1"), ("b", "y", "2"), ("c", "y", "2")]
    assert grouped(rows) == [Group(["b", "c"], ("y", "2")), Group(["a"], ("x", "1"))]


def test_a_few_failures_are_each_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_failures(reasons(10), every=False)
    assert len(capsys.readouterr().out.strip().splitlines()) == 11


def test_118_failures_of_two_kinds_are_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_failures(
        [*reasons(117), Reason("b.pdf", "encrypted", "the PDF wants a password")], every=False
    )
    header, first, second, more = capsys.readouterr().out.strip().splitlines()
    assert header == "FAILED\tCODE\tREASON\tAMONG THEM"
    assert first == "117\tunsupported\tno parser for video/mp4\t0.mp4, 1.mp4, ..."
    assert second == "1\tencrypted\tthe PDF wants a password\tb.pdf"
    assert more == "118 in all; `gristmill job ID --state failed` or `--all` lists each"


def test_with_every_each_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_failures(reasons(118), every=True)
    assert len(capsys.readouterr().out.strip().splitlines()) == 119


def test_the_largest_kinds_are_shown_where_there_are_too_many(
    capsys: pytest.CaptureFixture[str],
) -> None:
    each_its_own = [Reason(f"{n}.pdf", "damaged", f"byte {n} is wrong") for n in range(60)]
    print_failures([*each_its_own, *reasons(3)], every=False)
    _, first, *others = capsys.readouterr().out.strip().splitlines()
    assert first.startswith("3\tunsupported")
    assert len(others) == 50 and others[-1].startswith("63 in all")
