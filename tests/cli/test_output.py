"""What commands print, for people and for programs."""

import json

import pytest

from gristmill.cli.commands.reading.search import _snippet
from gristmill.cli.terminal import output
from gristmill.cli.terminal.phrases import (
    duration,
    number_of,
    place,
    size,
    tally,
    warning_of,
)
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode


def test_a_piped_table_is_a_header_and_lines_of_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(("a", "b"), [("x\ty", None), (1, "[red]")])
    assert capsys.readouterr().out == "A\tB\nx y\t\n1\t[red]\n"


def test_a_drawn_table_takes_brackets_for_brackets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    output.print_table(("job", "title"), [("1", "[red]x[/red]")])
    assert "[red]x[/red]" in capsys.readouterr().out


def test_json_is_indented_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"a": [1, "ü"]})
    assert json.loads(capsys.readouterr().out) == {"a": [1, "ü"]}


def test_pairs_without_a_value_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_pairs([("one", 0), ("two", None), ("three", "")])
    assert capsys.readouterr().out == "one  0\n"


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [(False, "a *b* <c> *d*"), (True, "a \x1b[1mb\x1b[22m <c> \x1b[1md\x1b[22m")],
)
def test_a_snippets_marks_become_stars_or_bold(drawn: bool, expected: str) -> None:
    html = "a <mark>b</mark> &lt;c&gt; <mark>d</mark>"
    assert _snippet(html, drawn) == expected


def test_phrases() -> None:
    assert place(("A", "B"), 3) == "A > B, page 3"
    assert place((), None) == ""
    assert tally(Counts(total=3, succeeded=2, failed=1)) == "2 succeeded, 1 failed"
    assert tally(Counts()) == "no documents yet"
    assert (number_of(1, "chunk"), number_of(2000, "chunk")) == ("1 chunk", "2,000 chunks")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("a picture has no text", "a picture has no text (12 times)"),
        ("12 lines were put right", "12 lines were put right"),
        ("112 lines were put right", "112 lines were put right (12 times)"),
    ],
)
def test_how_often_something_was_met_is_said_once(message: str, shown: str) -> None:
    warning = DocumentWarning(WarningCode.ENCODING_GUESSED, message, count=12)
    assert warning_of(warning) == f"encoding_guessed: {shown}"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0001, "0 ms"),
        (0.1804, "180 ms"),
        (0.9996, "1.0 s"),
        (3.662850038000016, "3.7 s"),
        (59.97, "1 min"),
        (125, "2 min 5 s"),
        (3599.9, "1 h"),
        (12_000, "3 h 20 min"),
        (1_000_000, "12 days"),
    ],
)
def test_durations_are_read_at_a_glance(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (124_206_341, "124 MB"),
        (999_700, "1 MB"),
        (3_512_411, "3.51 MB"),
        (5 * 10**18, "5,000 PB"),
    ],
)
def test_sizes_are_read_at_a_glance(count: int, shown: str) -> None:
    assert size(count) == shown
