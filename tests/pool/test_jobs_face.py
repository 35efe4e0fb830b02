"""One class: a program uploads, waits and searches on its own data folder."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.patience import WAIT_S

from gristmill import IngestionTask, IngestionWorker, Settings, TextSource
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import (
    BodyTooLarge,
    InvalidRequest,
    JobNotFound,
    PathNotFound,
)
from gristmill.schemas.problems.waiting import StillPending

SMALL = 100_000


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IngestionWorker]:
    """A document that is called slow.txt is never done with."""
    data = tmp_path_factory.mktemp("face") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRISTMILL_FAULTS", "document.parse:slow.txt=hang")
        opened = IngestionWorker(Settings(data=str(data), workers=1, max_document_bytes=SMALL))
    with opened:
        yield opened


def test_files_are_uploaded_waited_for_and_found(worker: IngestionWorker, tmp_path: Path) -> None:
    path = tmp_path / "mill.md"
    path.write_text("# Mill\n\nThe wheel turns.")
    job = worker.upload(
        path,
        ("b.txt", io.BytesIO(b"A stone grinds.")),
        ("c.txt", b"Flour falls."),
        collection="up",
        metadata={"year": 2025},
        options={"pdf": "text"},
    )
    path.unlink()
    ended = worker.wait(job, timeout_s=WAIT_S)
    assert (ended.state, ended.counts.succeeded) == (JobState.SUCCEEDED, 3)
    assert [hit.uri for hit in worker.search("flour", collection="up")] == ["c.txt"]
    uris = {each.uri for each in worker.documents(filter="metadata.year = 2025")}
    assert uris == {str(path), "b.txt", "c.txt"}


def test_the_same_key_is_the_same_job(worker: IngestionWorker) -> None:
    job = worker.wait(worker.upload(("k.txt", b"keyed"), key="a-key"), timeout_s=WAIT_S)
    assert worker.upload(("k.txt", b"keyed"), key="a-key").job_id == job.job_id


def test_a_job_that_does_not_end_in_time_is_an_error_with_its_name(worker: IngestionWorker) -> None:
    job = worker.upload(("slow.txt", b"slow"), timeout_s=1)
    with pytest.raises(StillPending) as raised:
        worker.wait(job, timeout_s=0.0)
    assert raised.value.extra == {"job_id": job.job_id}
    assert worker.wait(job.job_id, timeout_s=WAIT_S).state is JobState.FAILED


def test_what_is_too_large_leaves_nothing_behind(worker: IngestionWorker) -> None:
    before = _spooled(worker)
    with pytest.raises(BodyTooLarge):
        worker.upload(("a.txt", b"small"), ("b.txt", b"x" * (SMALL + 1)))
    assert _spooled(worker) == before


def _spooled(worker: IngestionWorker) -> set[Path]:
    return {path for path in worker.folder.spool.rglob("*") if path.is_file()}


WRONG: dict[str, Callable[[IngestionWorker], object]] = {
    "no file": lambda w: w.upload(),
    "no name": lambda w: w.upload(b"bytes"),  # type: ignore[arg-type]
    "a number": lambda w: w.upload(5),  # type: ignore[arg-type]
    "an unknown field": lambda w: w.upload(("a", b"x"), colection="c"),
    "sources": lambda w: w.upload(("a", b"x"), sources=[]),
    "options": lambda w: w.upload(("a", b"x"), options={"pdff": 1}),
    "no id": lambda w: w.wait("nope"),
    "no job": lambda w: w.wait(5),  # type: ignore[arg-type]
    "a text as source": lambda w: w.enqueue(IngestionTask(sources=["docs"])),  # type: ignore[list-item]
    "no query": lambda w: w.search(5),  # type: ignore[arg-type]
    "no mode": lambda w: w.search("x", mode="psychic"),  # type: ignore[arg-type]
    "no limit": lambda w: w.search("x", limit="ten"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_argument_is_a_sentence(worker: IngestionWorker, wrong: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        WRONG[wrong](worker)
    assert len(raised.value.message) > 20


def test_a_missing_file_and_an_unknown_job_are_errors_of_their_own(
    worker: IngestionWorker, tmp_path: Path
) -> None:
    with pytest.raises(PathNotFound):
        worker.upload(tmp_path / "nowhere.txt")
    with pytest.raises(JobNotFound):
        worker.wait("019ab0f2-8c1e-7f3a-9d55-1f2e3d4c5b6a")


def test_options_may_be_a_mapping(worker: IngestionWorker) -> None:
    options: Any = {"chunk_max_chars": 100}
    task = IngestionTask(sources=[TextSource("word " * 100)], options=options)
    job = worker.wait(worker.enqueue(task), timeout_s=WAIT_S)
    assert job.options.chunk_max_chars == 100
