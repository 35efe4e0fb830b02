"""The page and its plots, from made-up results."""

from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from benchmarks.contests import cores, corpus, jobs, stack
from benchmarks.harness.contest import LASTED, START, ContestOutcome, Figures, Standing
from benchmarks.harness.machine import Machine
from benchmarks.reporting.figures import pictures
from benchmarks.reporting.page import write_page
from benchmarks.reporting.plots import Bar, bars
from benchmarks.reporting.results import Results, merged, read, write

MACHINE = Machine(2, 8.0, "3.11.9", "3.45.1", "Linux 6.1", 0.1)


def standing(name: str, score: str, rounds: list[Figures], **more: object) -> Standing:
    return msgspec.convert(
        {"name": name, "score": score, "medians": rounds[0], "rounds": rounds, **more}, Standing
    )


JOBS = ContestOutcome(
    "jobs",
    "made for the test",
    "jobs/s",
    [
        standing(jobs.OURS, "jobs/s", [{"jobs/s": 500, "web ms": 1.5}, {"jobs/s": 600}], limit="x"),
        standing("Peer", "jobs/s", [{"jobs/s": 250}], peer=True, settings="peer 1.0: quick"),
    ],
    {"Other": "no Redis"},
)
QUEUE = {
    "leases/s": 4e3,
    "queue us": 50,
    "saturating workers": 400,
    **{f"tasks/s, {crowd} sleeping": 40 * crowd for crowd in cores.CROWDS},
}
CORES = ContestOutcome(
    "cores",
    "made for the test",
    "documents/s",
    [
        standing(cores.QUEUE, "leases/s", [QUEUE]),
        standing(cores.LIBRARY, "document us", [{"document us": 80, "saturating workers": 90}]),
    ],
)


def results(*outcomes: ContestOutcome, plan: str = "full") -> Results:
    return Results(MACHINE, {"gristmill": "1"}, {"name": plan}, list(outcomes))


def test_the_page_tells_goals_floors_peers_and_who_was_skipped(tmp_path: Path) -> None:
    page = write_page(tmp_path, results(JOBS, CORES)).read_text()
    assert "| single-text jobs over HTTP | 1,000/s | 500/s | missed |" in page
    assert "| the same, over the best peer's no-op rate | 1 | 2 | reached |" in page
    assert f"{jobs.OURS}, web ms: 1.5" in page
    assert "- Peer: peer 1.0: quick." in page
    assert "- Other: skipped, no Redis." in page
    assert "2 cores, 8 GiB, Python 3.11.9" in page
    assert "gristmill 1" in page


def test_too_little_work_is_told_apart_from_what_was_missed(tmp_path: Path) -> None:
    figures: list[Figures] = [{"documents/s": 50, START: 0.1, LASTED: 0.5}]
    ours = standing(corpus.BY_PATH, "documents/s", figures, limit=corpus.BARE, ratio=0.5)
    outcome = ContestOutcome("corpus", "made for the test", "documents/s", [ours])
    page = write_page(tmp_path, results(outcome)).read_text()
    assert "| corpus by path, ratio to the limit | 0.95 | 0.5 | too small to judge |" in page
    assert f"| 0.50 to {corpus.BARE}, too small to judge |" in page
    assert "What was missed" not in page


def test_the_goal_to_work_towards_is_missed_with_its_ratio(tmp_path: Path) -> None:
    ours = standing(stack.OURS, "jobs/s", [{"jobs/s": 800}])
    theirs = standing("Falcon + waitress + Huey", "jobs/s", [{"jobs/s": 400}], peer=True)
    outcome = ContestOutcome("stack", "made for the test", "jobs/s", [ours, theirs])
    page = write_page(tmp_path, results(outcome)).read_text()
    assert "(goal to work towards) | 2.5 | 2 | missed |" in page


def test_a_small_run_on_a_busy_machine_says_so(tmp_path: Path) -> None:
    quiet = write_page(tmp_path, results(JOBS)).read_text()
    assert "small run" not in quiet and "busy" not in quiet
    busy = msgspec.structs.replace(MACHINE, load=7.5)
    small = msgspec.structs.replace(results(JOBS, plan="small"), machine=busy)
    page = write_page(tmp_path, small).read_text()
    assert "small run" in page and "busy" in page


def test_every_picture_of_the_page_is_there_and_well_formed(tmp_path: Path) -> None:
    page = write_page(tmp_path, results(JOBS, CORES)).read_text()
    files = sorted((tmp_path / "performance").iterdir())
    assert [file.name for file in files] == ["cores-model.svg", "jobs-jobs_s.svg"]
    for file in files:
        assert f"](performance/{file.name})" in page
        assert ElementTree.fromstring(file.read_text()).tag.endswith("svg")


def test_a_contest_of_one_has_no_bars() -> None:
    alone = msgspec.structs.replace(JOBS, standings=JOBS.standings[:1])
    assert pictures([alone]) == {}


def test_names_are_escaped_in_pictures() -> None:
    picture = bars("a < b", "a & b", [Bar("<x>", 0, 0, 0)])
    assert "a < b" not in picture
    assert "&lt;x&gt;" in picture
    ElementTree.fromstring(picture)


def test_results_come_back_from_their_file(tmp_path: Path) -> None:
    write(tmp_path / "results.json", results(JOBS))
    assert read(tmp_path / "results.json") == results(JOBS)


def test_the_last_run_of_a_contest_counts_whole() -> None:
    later = msgspec.structs.replace(JOBS, title="later")
    assert merged([results(JOBS, CORES), results(later)]) == results(later, CORES)


def test_runs_of_different_scales_make_no_page() -> None:
    with pytest.raises(ValueError, match="different scales"):
        merged([results(JOBS), results(CORES, plan="small")])


def test_a_contest_of_other_sizes_is_told_apart() -> None:
    less = msgspec.structs.replace(results(JOBS), plan={**results(JOBS).plan, "jobs": 3})
    more = msgspec.structs.replace(results(CORES), plan={**results(CORES).plan, "jobs": 6})
    assert merged([less, more]).plan["jobs"] == "6 (jobs 3)"
