"""What every engine has to do, through the real program."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.engines import ENGINES, EngineUnderTest, at_hand
from support.patience import WAIT_S
from support.running import Service, path, running, text, until

_PARAMS = [
    pytest.param(engine, id=engine.name, marks=[pytest.mark.cluster] if engine.nodes else [])
    for engine in ENGINES
]


@pytest.fixture(scope="module", params=_PARAMS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EngineUnderTest]:
    found: EngineUnderTest = request.param
    with at_hand(found, tmp_path_factory.mktemp("cluster")) as engine:
        yield engine


@pytest.fixture(scope="module")
def home(engine: EngineUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp(engine.name)


@pytest.fixture(scope="module")
def service(engine: EngineUnderTest, home: Path) -> Iterator[Service]:
    """One service per engine for the tests that do not end it."""
    flags = ("--workers", "1", "--allow-root", str(home), "--shared-root", str(home))
    with running(home / "data", *flags, env=engine.environment) as service:
        _wait_for_workers(service)
        yield service


def _wait_for_workers(service: Service) -> None:
    """Nodes take long to come on a busy machine, and no test is about that."""
    until(lambda: service.http.get("/overview").json()["workers"], "a worker", 4 * WAIT_S)


def _fill(folder: Path, documents: int, size: int = 100) -> Path:
    folder.mkdir()
    for number in range(documents):
        (folder / f"{number}.txt").write_text(f"Sack {number} of {folder.name}. " * size)
    return folder


def test_the_program_runs_the_engine_that_was_named(
    service: Service, engine: EngineUnderTest
) -> None:
    children = [" ".join(process.cmdline()) for process in service.family()]
    assert any("forkserver" in command for command in children) == engine.has_processes


def test_jobs_of_texts_end(service: Service) -> None:
    ids = [service.accepted(text(f"Text {n}.", f"text {n}")) for n in range(12)]
    ids.append(service.accepted(*(text(f"Part {n}.", f"part {n}") for n in range(12))))
    for job_id in ids:
        job = service.ended(job_id)
        states = [moment["state"] for moment in job["history"]]
        assert states == ["queued", "running", "succeeded"], job
    assert job["counts"]["succeeded"] == 12
    assert [hit["uri"] for hit in service.search("part 7")][:1] == ["part 7"]


def test_a_job_of_a_folder_ends_with_every_document_in_the_ledger(
    service: Service, home: Path
) -> None:
    folder = _fill(home / "folder", 40)
    job_id = service.accepted(path(folder))
    job = service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 40)
    rows = service.ledger(job_id)
    assert sorted(row["ordinal"] for row in rows) == list(range(40))
    assert {row["attempts"] for row in rows} == {1}


def test_a_failing_document_fails_alone(service: Service, home: Path) -> None:
    folder = _fill(home / "mixed", 10)
    (folder / "bad.txt").write_bytes(bytes(range(256)) * 8)
    job_id = service.accepted(path(folder))
    job = service.ended(job_id)
    assert job["state"] == "partial"
    assert (job["counts"]["succeeded"], job["counts"]["failed"]) == (10, 1)
    (failed,) = service.ledger(job_id, state="failed")
    assert failed["uri"].endswith("bad.txt") and failed["code"] and failed["message"]


def test_a_job_whose_only_document_fails_has_failed(service: Service) -> None:
    job = service.ended(service.accepted(text("   \n", "blank")))
    assert (job["state"], job["counts"]["failed"]) == ("failed", 1)


def test_a_job_that_runs_can_be_cancelled(service: Service, home: Path) -> None:
    job_id = service.accepted(path(_fill(home / "long", 400, size=2000)))
    until(lambda: service.job(job_id)["state"] != "queued", "the start of the job")
    assert service.http.delete(f"/ingest/{job_id}").status_code in (200, 202)
    job = service.ended(job_id)
    assert job["state"] == "cancelled" and job["counts"]["cancelled"] > 0
    # Its worker is free again.
    assert service.ended(service.accepted(text("After it.")))["state"] == "succeeded"


def test_a_job_that_was_cancelled_can_be_retried_and_its_worker_runs_it(
    service: Service, home: Path
) -> None:
    job_id = service.accepted(path(_fill(home / "again", 300, size=1000)))
    until(lambda: service.job(job_id)["counts"]["succeeded"], "the first documents")
    service.http.delete(f"/ingest/{job_id}")
    assert service.ended(job_id)["state"] == "cancelled"
    assert service.http.post(f"/ingest/{job_id}/retry").status_code == 202
    until(lambda: service.job(job_id)["state"] == "succeeded", "the end of the second run")
    assert service.job(job_id)["counts"]["total"] == 300


# Of the engines that need no node, the default selection takes what `serve` takes.
_OWN_PARAMS = [
    pytest.param(*param.values, id=param.id, marks=[*param.marks, *marks])
    for param in _PARAMS
    for marks in [[pytest.mark.slow] if param.id == "inline" else []]
]


@pytest.fixture(params=_OWN_PARAMS)
def own_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EngineUnderTest]:
    """For a service of its own: a node works for one at a time."""
    with at_hand(request.param, tmp_path / "cluster") as engine:
        yield engine


def test_a_drain_ends_with_0_and_the_next_start_goes_on(
    make_service: Callable[..., Service], tmp_path: Path, own_engine: EngineUnderTest
) -> None:
    big = _fill(tmp_path / "big", 600, size=400)
    roots = ("--allow-root", str(tmp_path), "--shared-root", str(tmp_path))
    flags = ("--workers", "1", *roots)
    service = make_service(*flags, env=own_engine.environment).start()
    _wait_for_workers(service)
    running_job = service.accepted(path(big))
    waiting = service.accepted(path(_fill(tmp_path / "small", 3)))
    until(lambda: service.job(running_job)["counts"]["succeeded"], "the first documents")
    service.signal(signal.SIGTERM)
    assert service.wait() == 0
    pending = sorted(file.stem for file in (service.data / "jobs" / "pending").glob("*.json"))
    assert running_job in pending
    service.start()
    jobs = [service.ended(job_id) for job_id in (running_job, waiting)]
    assert [job["counts"]["succeeded"] for job in jobs] == [600, 3]
    for job in jobs:
        states = [moment["state"] for moment in job["history"]]
        assert states.count("succeeded") == 1 and states[-1] == "succeeded"
    # Our own shutdown is no attempt of any document.
    assert {row["attempts"] for row in service.ledger(running_job)} == {1}
    assert service.stop() == 0
