"""Tables on terminals of 60 to 200 columns: nothing is spelled, what is cut has a sign."""

import os

import pytest
from rich.cells import cell_len

from gristmill.cli.terminal import drawn_table
from gristmill.cli.terminal.drawn_table import cut_in_the_middle, shared_width

ID = "01a22b64-2901-7e51-8000-9087933c415e"
OTHER = "01a22b64-7777-7e51-8000-9087933c415e"
PATH = "/srv/documents/of/the/whole/company/annual-reports/2026/report-of-the-board.pdf"
REASON = "no parser for application/octet-stream; install one that reads it"


@pytest.mark.parametrize(
    ("natural", "least", "width", "expected"),
    [
        ([10, 20], [10, 18], 80, [10, 20]),
        ([36, 60], [36, 18], 80, [36, 42]),
        ([36, 60], [36, 23], 60, None),  # 22 columns for a sentence
        ([36, 60], [36, 43], 80, None),  # a word that would be broken
        ([8, 100, 100], [8, 18, 18], 100, [8, 44, 44]),
        ([8, 20, 100], [8, 18, 18], 100, [8, 20, 68]),
        ([50, 50], [50, 50], 60, None),
    ],
)
def test_columns_share_what_there_is(
    natural: list[int], least: list[int], width: int, expected: list[int] | None
) -> None:
    assert shared_width(natural, least, width) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short.txt", 9, "short.txt"),
        ("/a/long/path/to/a/report.pdf", 19, "/a/lon…a/report.pdf"),
        ("水車水車水車水車", 9, "水…車水車"),
        ("abc", 1, "…"),
    ],
)
def test_a_path_keeps_its_start_and_its_end(text: str, width: int, expected: str) -> None:
    shown = cut_in_the_middle(text, width)
    assert cell_len(shown) <= width
    assert shown == expected


@pytest.mark.parametrize("width", [60, 80, 100, 140, 200])
def test_words_and_ids_stay_whole_at_every_width(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "COLUMNS", str(width))
    drawn_table.draw(
        ("job", "state", "uri", "reason"),
        [(ID, "failed", PATH, REASON), (OTHER, "succeeded", "short.txt", "")],
    )
    out = capsys.readouterr().out
    assert max(map(cell_len, out.splitlines())) <= width
    assert out.count(ID[:9]) == 2
    for word in REASON.split():
        assert word in out
    assert "report-of-the-board.pdf" in out or "…" in out


def test_numbers_stand_at_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    drawn_table.draw(("name", "chunks"), [("a", "7"), ("b", "1,200")])
    rows = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [row for row in rows if row.endswith(("     7", " 1,200"))] != []


@pytest.mark.parametrize("width", [80, 120])
def test_jobs_are_a_table_from_80_columns_on_with_ids_that_commands_take(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "COLUMNS", str(width))
    columns = ("job", "state", "collection", "submitted (UTC)", "documents")
    rest = ("succeeded", "default", "2026-11-30 12:58:56", "1 succeeded, 2 skipped")
    drawn_table.draw(columns, [(ID, *rest), (OTHER, *rest)])
    header, first, *_ = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["job", "state", "collection"]
    assert first.split()[0] == (ID if width == 120 else ID[:13])


def test_an_id_is_not_cut_where_its_start_names_two_jobs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "COLUMNS", "60")
    twin = ID[:-1] + "f"
    drawn_table.draw(("job", "reason"), [(ID, REASON), (twin, REASON)])
    out = capsys.readouterr().out
    assert ID in out and twin in out
