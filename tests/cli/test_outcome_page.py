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
    print_failures(reasons(10))
    assert len(capsys.readouterr().out.strip().splitlines()) == 11


def test_118_failures_of_two_kinds_are_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_failures([*reasons(117), Reason("b.pdf", "encrypted", "the PDF wants a password")])
    header, first, second = capsys.readouterr().out.strip().splitlines()
    assert header == "FAILED\tCODE\tREASON\tAMONG THEM"
    assert first == "117\tunsupported\tno parser for video/mp4\t0.mp4, 1.mp4, ..."
    assert second == "1\tencrypted\tthe PDF wants a password\tb.pdf"


def test_with_every_each_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_failures(reasons(118), every=True)
    assert len(capsys.readouterr().out.strip().splitlines()) == 119


def test_more_kinds_than_are_shown_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    print_failures([Reason(f"{n}.pdf", "damaged", f"byte {n} is wrong") for n in range(60)])
    assert "and 10 more; `gristmill job ID --state failed` lists all" in capsys.readouterr().out
