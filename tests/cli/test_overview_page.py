"""A service at a glance, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from gristmill.cli.terminal.overview_page import lines_of, print_overview, rate_between
from gristmill.schemas.overview import Advice, Amount, MachineView, OverviewView, WorkerView

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
GB = 1_000_000_000


def view(*workers: WorkerView, **fields: object) -> OverviewView:
    values: dict[str, object] = {
        "version": "0",
        "jobs": {"queued": Amount(12), "running": Amount(3), "failed": Amount(2)},
        "oldest_waiting": NOW - timedelta(seconds=4),
        "advice": (),
        "depth": 10_000,
        "workers": workers,
        "machine": None,
    }
    return OverviewView(**{**values, **fields})  # type: ignore[arg-type]


def worker(pid: int, documents: int, **fields: object) -> WorkerView:
    return WorkerView(pid, "here", 97, 54 * 1024 * 1024, documents, **fields)  # type: ignore[arg-type]


def test_counts_are_said_in_words() -> None:
    said = list(lines_of(view(), 12.34, NOW))
    assert said == [
        "jobs    3 running, 12 waiting of 10,000, the oldest for 4.0 s",
        "24 h    2 failed",
        "rate    12.3 documents a second",
    ]


def test_what_is_wrong_and_what_to_do_stands_below() -> None:
    machine = MachineView(9 * GB, 1 * GB, 0, 8 * GB, 2 * GB, 0)
    advice = [Advice("low_on_disk", "there is little room", "free some space")]
    said = list(lines_of(view(machine=machine, advice=advice), None, NOW))
    assert said[-3] == "room    1 GB of 9 GB disk free, 2 GB of 8 GB memory free"
    assert said[-2:] == ["note    there is little room", "        free some space"]


def test_a_worker_is_a_line_with_its_document_and_page(capsys: pytest.CaptureFixture[str]) -> None:
    since = NOW - timedelta(seconds=2)
    at_work = worker(7, 1200, job_id="J", uri="/a/b.pdf", since=since, stage="parse", page=12)
    print_overview(view(at_work, worker(8, 0)), None, NOW)
    *_, busy, idle = capsys.readouterr().out.splitlines()
    assert busy.split("\t") == [
        "7",
        "97 %",
        "56.6 MB",
        "1,200",
        "parse, page 12",
        "2.0 s",
        "/a/b.pdf",
    ]
    assert idle.split("\t")[4:] == ["idle", "", ""]


def test_of_a_workers_memory_that_nobody_sees_nothing_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_overview(view(WorkerView(7, "node", 0, 0, 3)), None, NOW)
    assert capsys.readouterr().out.splitlines()[-1].split("\t")[2] == ""


def test_the_rate_is_what_the_same_workers_have_ended() -> None:
    before = view(worker(1, 10), worker(2, 5))
    after = view(worker(1, 30), worker(3, 99))
    assert rate_between(before, after, 2.0) == 10.0
    assert rate_between(None, after, 2.0) is None
    assert rate_between(view(workers=None), after, 2.0) is None
