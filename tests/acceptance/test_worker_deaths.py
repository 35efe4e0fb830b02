"""A document may end its worker in any way: it costs itself, at most, and nobody else."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.running import Service, at_work, path, running, stopped_workers, text, until
from support.selection import rest_slow

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
MakeService = Callable[..., Service]


def _folder(tmp_path: Path, count: int, *special: str) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"doc-{number:03}.txt").write_text(f"Sack {number} of good flour.")
    for name in special:
        (folder / name).write_text(f"The content of {name}.")
    return folder


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Path]]:
    """One service for all whose faults are met by name, with two workers, and a folder from which
    it reads: what is parsed from ...-ACTION.txt does that action."""
    root = tmp_path_factory.mktemp("mill")
    actions = ("kill", "exit", "segfault", "raise", "unpicklable", "sysexit", "interrupt", "hang")
    poison = _poison(*(f"-{action}" for action in actions))
    faults = f"{poison}; document.parse:once.txt=kill#{root / 'once'}"
    flags = ("--workers", "2", "--allow-root", str(root))
    with running(root / "data", *flags, env={"GRISTMILL_FAULTS": faults}) as service:
        yield service, root


def _poison(*actions: str) -> str:
    """Faults: what is parsed from ACTION.txt does that action; a dash before it is of the name."""
    return "; ".join(f"document.parse:{each}.txt={each.removeprefix('-')}" for each in actions)


def _ingest(service: Service, folder: Path, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The ended job, and its ledger by file name."""
    job = service.ended(service.accepted({"type": "path", "path": str(folder)}, **fields))
    return job, {Path(row["uri"]).name: row for row in service.ledger(job["job_id"])}


def test_a_document_that_kills_every_worker_is_quarantined_and_named(
    mill: tuple[Service, Path],
) -> None:
    service, root = mill
    named = {
        "kill": ("signal 9, from outside", 6),
        "exit": ("exit code 0", 2),
        "segfault": ("signal 11", 2),
    }
    folder = _folder(root / "named", 30, *(f"doc-015-{action}.txt" for action in named))
    job, rows = _ingest(service, folder, collection="named")
    assert job["state"] == "partial"
    assert (job["counts"]["succeeded"], job["counts"]["failed"]) == (30, 3)
    for action, (said, attempts) in named.items():
        poison = rows[f"doc-015-{action}.txt"]
        assert (poison["code"], poison["attempts"]) == ("crashed", attempts)
        assert said in poison["message"]


@pytest.mark.slow
def test_a_page_that_kills_is_named(make_service: MakeService) -> None:
    service = make_service(
        *("--workers", "1", "--allow-root", str(EXAMPLES)),
        env={"GRISTMILL_FAULTS": "document.page:2=segfault"},
    ).start()
    job = service.ended(service.accepted(path(EXAMPLES, "restoration.pdf")))
    (row,) = service.ledger(job["job_id"])
    assert row["code"] == "crashed"
    assert "signal 11" in row["message"] and "stage parse, page 2, attempt 2" in row["message"]


def test_whatever_a_parser_raises_is_its_documents_failure(mill: tuple[Service, Path]) -> None:
    service, root = mill
    actions = ("raise", "unpicklable", "sysexit", "interrupt")
    folder = _folder(root / "raised", 5, *(f"a-{action}.txt" for action in actions))
    before = _two_workers(service, set())
    job, rows = _ingest(service, folder, collection="raised")
    assert (job["counts"]["succeeded"], job["counts"]["failed"]) == (5, 4)
    for action in actions:
        row = rows[f"a-{action}.txt"]
        assert (row["code"], row["attempts"]) == ("parse_error", 1), action
    assert set(service.workers()) == before


def test_a_worker_killed_once_costs_nothing(mill: tuple[Service, Path]) -> None:
    service, root = mill
    folder = _folder(root / "killed", 39, "doc-020-once.txt")
    job, rows = _ingest(service, folder, collection="killed")
    assert job["state"] == "succeeded"
    assert rows["doc-020-once.txt"]["attempts"] == 2
    assert {row["attempts"] for name, row in rows.items() if "once" not in name} == {1}
    assert len(service.search("flour", limit="100", collection="killed")) == 39
    assert len(service.search("content", limit="100", collection="killed")) == 1


@pytest.mark.parametrize(
    "point", rest_slow("commit.before", "commit.after", "life.lease", "life.report", "plan.start")
)
def test_a_worker_may_die_anywhere(make_service: MakeService, tmp_path: Path, point: str) -> None:
    folder = _folder(tmp_path, 40)
    service = make_service(
        *("--workers", "2", "--allow-root", str(tmp_path)),
        env={"GRISTMILL_FAULTS": f"{point}=kill@2!#{tmp_path / 'once'}"},
    ).start()
    single = service.accepted(text("A job of its own, on the spot."))
    job, rows = _ingest(service, folder)
    assert job["state"] == "succeeded"
    assert service.ended(single)["state"] == "succeeded"
    assert len(rows) == job["counts"]["total"] == 40
    assert len(service.search("flour", limit="100")) == 40
    assert len(service.http.get("/documents", params={"limit": "100"}).json()["items"]) == 41


@pytest.mark.slow
def test_a_text_job_that_kills_is_quarantined_and_its_neighbours_live(
    make_service: MakeService,
) -> None:
    service = make_service(
        *("--workers", "1"), env={"GRISTMILL_FAULTS": "document.parse:poison=segfault"}
    ).start()
    ids = [
        service.accepted(text(f"Number {n}.", "poison" if n == 7 else f"good {n}"))
        for n in range(20)
    ]
    ended = [service.ended(job_id) for job_id in ids]
    assert [n for n, job in enumerate(ended) if job["state"] != "succeeded"] == [7]
    (row,) = service.ledger(ids[7])
    assert (row["code"], row["attempts"]) == ("crashed", 2)
    assert ended[7]["state"] == "failed"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("action", "code", "said"),
    [("raise", "parse_error", "cannot be stored"), ("kill", "crashed", "before it was stored")],
)
def test_a_document_that_cannot_be_stored_fails_alone(
    make_service: MakeService, tmp_path: Path, action: str, code: str, said: str
) -> None:
    folder = _folder(tmp_path, 12, "doc-005-poison.txt")
    service = make_service(
        *("--workers", "2", "--allow-root", str(tmp_path)),
        env={"GRISTMILL_FAULTS": f"document.store:poison.txt={action}"},
    ).start()
    job, rows = _ingest(service, folder)
    assert (job["counts"]["succeeded"], job["counts"]["failed"]) == (12, 1)
    poison = rows["doc-005-poison.txt"]
    assert poison["code"] == code and said in poison["message"]
    assert service.ended(service.accepted(text("The mill turns.")))["state"] == "succeeded"


@pytest.mark.slow
def test_a_text_job_that_dies_when_it_is_stored_costs_no_other(make_service: MakeService) -> None:
    service = make_service(
        *("--workers", "1"), env={"GRISTMILL_FAULTS": "document.store:poison=kill"}
    ).start()
    names = ["poison" if n == 7 else f"good {n}" for n in range(20)]
    ids = [service.accepted(text(f"Number {n}.", name)) for n, name in enumerate(names)]
    ended = [service.ended(job_id) for job_id in ids]
    assert [n for n, job in enumerate(ended) if job["state"] != "succeeded"] == [7]
    (row,) = service.ledger(ids[7])
    assert row["code"] == "crashed" and "signal 9" in row["message"]


@pytest.mark.slow
def test_a_plan_that_always_kills_ends_its_job(make_service: MakeService, tmp_path: Path) -> None:
    folder = _folder(tmp_path, 3)
    service = make_service(
        *("--workers", "1", "--allow-root", str(tmp_path)),
        env={"GRISTMILL_FAULTS": "plan.start=raise"},
    ).start()
    job = service.ended(service.accepted({"type": "path", "path": str(folder)}))
    assert (job["state"], job["error"]["code"]) == ("failed", "crashed")


def test_a_document_over_its_time_is_ended_even_inside_c_code(mill: tuple[Service, Path]) -> None:
    service, root = mill
    folder = _folder(root / "timed", 10, "a-hang.txt")
    job, rows = _ingest(service, folder, collection="timed", timeout_s=1.5)
    assert (job["counts"]["succeeded"], job["counts"]["failed"]) == (10, 1)
    assert (rows["a-hang.txt"]["code"], rows["a-hang.txt"]["attempts"]) == ("timeout", 1)
    assert "1.5 s" in rows["a-hang.txt"]["message"]


@pytest.mark.slow
def test_a_stopped_worker_is_ended_in_its_time_and_its_document_runs_again(
    make_service: MakeService, tmp_path: Path
) -> None:
    folder = _folder(tmp_path, 3, "slow.txt")
    service = make_service(
        *("--workers", "1", "--allow-root", str(tmp_path)),
        env={"GRISTMILL_FAULTS": f"document.parse:slow.txt=stop#{tmp_path / 'once'}"},
    ).start()
    job, rows = _ingest(service, folder, timeout_s=1)
    assert (rows["slow.txt"]["code"], rows["slow.txt"]["attempts"]) == (None, 2)
    assert job["counts"]["succeeded"] == 4


@pytest.mark.chaos
@pytest.mark.parametrize("point", ["life.report", "commit.before", "library.commit"])
def test_a_worker_that_stops_between_documents_gives_its_lease_back(
    make_service: MakeService, tmp_path: Path, point: str
) -> None:
    service = make_service(
        *("--workers", "1"),
        env={"GRISTMILL_FAULTS": f"{point}=stop#{tmp_path / 'once'}"},
    ).start()
    job = service.ended(service.accepted(text("Stopped.", "stopped")))
    assert (job["state"], job["counts"]["total"]) == ("succeeded", 1)
    assert [row["attempts"] for row in service.ledger(job["job_id"])] == [1]


def test_a_dead_forkserver_is_replaced_with_all_its_workers(mill: tuple[Service, Path]) -> None:
    service, _ = mill
    before = _two_workers(service, set())
    lost = [psutil.Process(pid) for pid in before]
    (parent,) = {worker.ppid() for worker in lost}
    os.kill(parent, signal.SIGKILL)
    ids = [service.accepted(text(f"Number {n}.", f"n {n}")) for n in range(20)]
    assert {service.ended(job_id)["state"] for job_id in ids} == {"succeeded"}
    until(
        lambda: not any(map(at_work, lost)),
        "the end of the lost workers",
    )
    _two_workers(service, before)


def _two_workers(service: Service, gone: set[int]) -> set[int]:
    """Two workers, none of them among the `gone`."""

    def look() -> set[int]:
        workers = set(service.workers()) - gone
        return workers if len(workers) == 2 else set()

    return until(look, "two workers")


@pytest.mark.slow
def test_killing_idle_workers_does_not_wedge_the_pool(make_service: MakeService) -> None:
    service = make_service("--workers", "2").start()
    for round_ in range(5):
        before = _two_workers(service, set())
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        _two_workers(service, before)
        job = service.ended(service.accepted(text(f"Round {round_}.")))
        assert job["state"] == "succeeded"


@pytest.mark.slow
def test_a_spare_worker_takes_the_place_of_a_dead_one_and_never_works_beside_it(
    make_service: MakeService, tmp_path: Path
) -> None:
    folder = _folder(tmp_path, 3)
    once = tmp_path / "once"
    service = make_service(
        *("--workers", "1", "--spare-workers", "1", "--allow-root", str(tmp_path)),
        env={"GRISTMILL_FAULTS": f"document.parse:001.txt=stop#{once}"},
    ).start()
    until(lambda: len(service.workers()) == 2, "a worker and a spare one")
    job_id = service.accepted({"type": "path", "path": str(folder)})
    other = service.accepted(text("The mill turns."))
    until(once.exists, "the worker at its document")
    (held,) = until(lambda: stopped_workers(service), "the worker that stands still")
    # The spare one is idle, and the other job waits all the same.
    assert service.job(other)["state"] == "queued"
    before = service.workers()
    held.kill()
    assert service.ended(job_id)["state"] == "succeeded"
    assert service.ended(other)["state"] == "succeeded"
    assert set(service.workers()) & set(before)
