"""Enqueue -> running -> succeeded, capacity, duplicates and polling, through real processes."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.patience import WAIT_S
from support.running import until

import gristmill
from gristmill import (
    DuplicateJob,
    IngestionTask,
    IngestionWorker,
    PathSource,
    QueueFull,
    Settings,
    TextSource,
    get_ingestion_worker,
    process_job,
    shutdown_ingestion_worker,
)
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.problems.collection_errors import UnknownCollection
from gristmill.schemas.problems.errors import (
    DataFolderBusy,
    InvalidFilter,
    InvalidRequest,
    JobNotFound,
)
from gristmill.storage.library import Library


def settings(tmp_path: Path, **more: object) -> Settings:
    return Settings(data=str(tmp_path / "data"), workers=1, **more)  # type: ignore[arg-type]


def task(*texts: str, **more: object) -> IngestionTask:
    sources = [TextSource(text=text, name=f"{text[:20]}.txt") for text in texts]
    return IngestionTask(sources=sources, **more)  # type: ignore[arg-type]


def wait_for_manifest(worker: IngestionWorker, job_id: str, *states: JobState) -> Manifest:
    """The job's manifest once it is in one of `states`."""

    def look() -> Manifest | None:
        manifest = worker.status(job_id)
        return manifest if manifest is not None and manifest.state in states else None

    found = until(look, f"{states} of {job_id}")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IngestionWorker]:
    """One for all tests that each submit something else."""
    with IngestionWorker(settings(tmp_path_factory.mktemp("shared"))) as started:
        yield started


def test_a_task_goes_from_queued_over_running_to_succeeded(worker: IngestionWorker) -> None:
    queued = worker.enqueue(task("The miller opens the sluice."))
    assert queued.state is JobState.QUEUED
    ended = wait_for_manifest(worker, queued.job_id, JobState.SUCCEEDED)
    assert [moment.state for moment in ended.history] == ["queued", "running", "succeeded"]
    times = [moment.at for moment in ended.history]
    assert times == sorted(times)
    with Library.open(worker.folder.library, readonly=True) as library:
        (hit,) = library.search("sluice", collection=None, limit=5)
    assert hit.uri == "The miller opens the.txt"


def test_what_lies_in_a_folder_and_is_not_read_is_skipped_but_a_named_file_fails(
    worker: IngestionWorker, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(range(256)))
    (tmp_path / "read.txt").write_text("The film shows the mill pond.")
    both = PathSource(path=str(tmp_path)), PathSource(path=str(film))
    folder, named = (worker.enqueue(IngestionTask(sources=[s]), trusted=True) for s in both)
    ended = wait_for_manifest(worker, folder.job_id, JobState.SUCCEEDED)
    assert (ended.counts.succeeded, ended.counts.skipped, ended.counts.failed) == (1, 1, 0)
    with Library.open(worker.folder.library, readonly=True) as library:
        (row,) = library.ledger_page(
            folder.job_id, state=DocumentState.SKIPPED, after=None, limit=5
        )
    assert (row.uri, row.code) == (str(film), "unsupported") and "video/mp4" in (row.message or "")
    assert wait_for_manifest(worker, named.job_id, JobState.FAILED).counts.failed == 1


@pytest.mark.slow
def test_whoever_used_the_supervisor_of_another_takes_over_when_it_ends(tmp_path: Path) -> None:
    first, second = (IngestionWorker(settings(tmp_path, engine="inline")) for _ in range(2))
    with second:
        assert (first.owns_supervisor, second.owns_supervisor) == (True, False)
        assert not first.take_over()
        first.stop()
        assert second.take_over() and second.owns_supervisor
        job = second.enqueue(task("The second miller opens the sluice."))
        wait_for_manifest(second, job.job_id, JobState.SUCCEEDED)


def test_what_a_job_says_of_its_documents_finds_them(worker: IngestionWorker) -> None:
    for team, text in (("ovens", "Rye rises slowly."), ("sacks", "Rye is weighed.")):
        worker.enqueue(task(text, metadata={"team": team, "floor": 2}))
    assert worker.wait_for_idle(WAIT_S)
    (hit,) = worker.search("rye", filter="metadata.team = ovens")
    assert hit.uri == "Rye rises slowly..txt"
    found = worker.documents(filter="metadata.floor >= 2 and not metadata.team = ovens")
    assert [each.metadata["job"]["team"] for each in found] == ["sacks"]
    teams = worker.facets("metadata.team", query="rye")["metadata.team"]
    assert {each.value: each.count for each in teams.values} == {"ovens": 1, "sacks": 1}
    with pytest.raises(InvalidFilter, match="at character 1: "):
        worker.documents(filter="team = ovens")


def test_a_program_turns_the_pages_of_a_search(worker: IngestionWorker) -> None:
    worker.enqueue(task("Spelt one.", "Spelt two.", "Spelt three."))
    assert worker.wait_for_idle(WAIT_S)
    first = worker.search_answer("spelt", limit=2, fields=("uri",))
    assert (first.total, len(first.items), first.items[0].text) == (3, 2, "")
    rest = worker.search_answer("spelt", limit=2, cursor=first.next)
    assert rest.next is None
    found = [hit.chunk_id for hit in (*first.items, *rest.items)]
    assert found == [hit.chunk_id for hit in worker.search("spelt")]
    for search in (worker.search, worker.search_answer):
        with pytest.raises(UnknownCollection, match="defalt"):
            search("spelt", collection="defalt")


def test_waiting_for_idle_waits_for_all(worker: IngestionWorker) -> None:
    ids = [worker.enqueue(task(f"Sack number {n} of the day.")).job_id for n in range(20)]
    assert worker.wait_for_idle(WAIT_S)
    states = {worker.status(job_id).state for job_id in ids}  # type: ignore[union-attr]
    assert states == {JobState.SUCCEEDED}


def test_a_broken_document_fails_alone(worker: IngestionWorker, tmp_path: Path) -> None:
    (tmp_path / "bytes.txt").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "good.txt").write_text("Good flour.")
    bad, good = (PathSource(path=str(tmp_path / name)) for name in ("bytes.txt", "good.txt"))
    job = worker.enqueue(IngestionTask(sources=[bad, good]))
    ended = wait_for_manifest(worker, job.job_id, JobState.PARTIAL)
    assert (ended.counts.succeeded, ended.counts.failed) == (1, 1)


def test_a_pending_duplicate_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No worker ever takes the job: each stops at its boot.
    monkeypatch.setenv("GRISTMILL_FAULTS", "life.boot=stop")
    with IngestionWorker(settings(tmp_path)) as worker:
        first = worker.enqueue(task("Once."))
        with pytest.raises(DuplicateJob) as caught:
            worker.enqueue(task("Once."))
        assert caught.value.extra["job_id"] == first.job_id
        assert worker.status(first.job_id).state is JobState.QUEUED  # type: ignore[union-attr]


def test_a_full_queue_refuses_and_keeps_a_failed_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRISTMILL_FAULTS", "life.boot=stop")
    with IngestionWorker(settings(tmp_path, queue_depth=2)) as worker:
        accepted = [worker.enqueue(task(f"Job {n}")).job_id for n in range(2)]
        with pytest.raises(QueueFull) as caught:
            worker.enqueue(task("One too many"))
        rejected = worker.status(str(caught.value.extra["job_id"]))
        assert rejected is not None and rejected.error is not None
        assert (rejected.state, rejected.error.code) == (JobState.FAILED, "queue_full")
    monkeypatch.delenv("GRISTMILL_FAULTS")
    # What was accepted is run by the next supervisor; what was refused is not.
    with IngestionWorker(settings(tmp_path)) as worker:
        assert worker.wait_for_idle(WAIT_S)
        for job_id in accepted:
            assert worker.status(job_id).state is JobState.SUCCEEDED  # type: ignore[union-attr]
        assert worker.status(rejected.job_id) == rejected
        assert worker.enqueue(task("One too many")).state is JobState.QUEUED


def test_threads_racing_for_one_key_make_one_job(worker: IngestionWorker) -> None:
    results: list[Manifest | DuplicateJob] = []
    accepted = worker.client.stats().accepted

    def submit() -> None:
        try:
            results.append(worker.enqueue(task("Race."), key="one key"))
        except DuplicateJob as error:
            results.append(error)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = {r.job_id if isinstance(r, Manifest) else r.extra["job_id"] for r in results}
    assert len(ids) == 1 and len(results) == 8
    assert worker.wait_for_idle(WAIT_S)
    assert worker.client.stats().accepted == accepted + 1


def test_a_second_handle_uses_the_first_ones_supervisor(worker: IngestionWorker) -> None:
    with IngestionWorker(worker.settings) as second:
        assert not second.owns_supervisor
        job = second.enqueue(task("Shared."))
    assert wait_for_manifest(worker, job.job_id, JobState.SUCCEEDED)


def test_the_module_level_handle_is_one_and_stops_with_the_process(tmp_path: Path) -> None:
    script = (
        "import sys, gristmill\n"
        "w = gristmill.get_ingestion_worker(gristmill.Settings(data=sys.argv[1], workers=1))\n"
        "assert gristmill.get_ingestion_worker() is w\n"
        "w.enqueue(gristmill.IngestionTask(sources=[gristmill.TextSource(text='Hello')]))\n"
        "print(w.client.info().pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
    )
    assert done.returncode == 0, done.stderr
    # atexit waited for the drain: the supervisor is gone before its parent.
    assert not Path(f"/proc/{done.stdout.strip()}").exists()
    shutdown_ingestion_worker()


@pytest.mark.slow
def test_each_data_folder_has_a_handle_of_its_own(tmp_path: Path) -> None:
    try:
        first = get_ingestion_worker(settings(tmp_path))
        other = get_ingestion_worker(settings(tmp_path / "other"))
        assert other.folder.root == tmp_path / "other" / "data"
        assert get_ingestion_worker() is first
        (tmp_path / "link").symlink_to("other")
        assert get_ingestion_worker(settings(tmp_path / "link")) is other
    finally:
        shutdown_ingestion_worker()
    assert not first.owns_supervisor and not other.owns_supervisor


def test_what_python_need_not_check_is_refused_as_over_http(worker: IngestionWorker) -> None:
    with pytest.raises(InvalidRequest, match="at least one source"):
        worker.enqueue(IngestionTask(sources=[]))
    for no_id in ("nope", "", "../../etc"):
        with pytest.raises(InvalidRequest, match="is no job id"):
            worker.status(no_id)
    assert worker.status("019ab0f2-8c1e-7f3a-9d55-1f2e3d4c5b6a") is None


@pytest.mark.slow
def test_process_job_runs_a_pending_job_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRISTMILL_FAULTS", "life.boot=stop")
    with IngestionWorker(settings(tmp_path)) as worker:
        job = worker.enqueue(task("By hand."))
        with pytest.raises(DataFolderBusy):
            process_job(job.job_id, worker.settings)
    first = process_job(job.job_id, worker.settings)
    assert first.state is JobState.SUCCEEDED
    assert process_job(job.job_id, worker.settings) == first
    with pytest.raises(JobNotFound):
        process_job(job.job_id.replace("7", "8"), worker.settings)


@pytest.mark.slow
def test_an_app_can_start_and_stop_the_handle_again(tmp_path: Path) -> None:
    first = get_ingestion_worker(settings(tmp_path))
    shutdown_ingestion_worker()
    second = get_ingestion_worker(settings(tmp_path))
    assert second is not first
    job = second.enqueue(task("After a restart."))
    assert second.wait_for_idle(WAIT_S)
    assert second.status(job.job_id).state is JobState.SUCCEEDED  # type: ignore[union-attr]
    shutdown_ingestion_worker()


def test_the_public_names_are_there() -> None:
    for name in gristmill.__all__:
        assert getattr(gristmill, name) is not None
