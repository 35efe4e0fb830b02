"""What may wait for the next task of its job, and what is committed and reported at once."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.one_thread import Mill, Worker

from gristmill.pool.worker.documents import fetching, reading
from gristmill.pool.worker.documents.nested import MemberReader
from gristmill.pool.worker.lives import task_runner as tasks
from gristmill.pool.worker.planning import expanding, grouping
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.storage.library import Library


@pytest.fixture
def mill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mill]:
    """One in which each document is a task of its own."""
    monkeypatch.setattr(expanding, "ON_THE_SPOT", 1)
    monkeypatch.setattr(grouping, "_TASK_DOCUMENTS", 1)
    made = Mill(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many results each commit had."""
    sizes: list[int] = []
    real = Library.commit

    def commit(self, results, tokens=()):  # type: ignore[no-untyped-def]
        sizes.append(len(results))
        return real(self, results, tokens)

    monkeypatch.setattr(Library, "commit", commit)
    return sizes


def _do(worker: Worker, leases: int) -> None:
    for _ in range(leases):
        assert worker.lease()
        worker.work()


def test_tasks_of_a_job_that_follow_each_other_share_a_commit(
    mill: Mill, commits: list[int]
) -> None:
    job_id = mill.submit("Wheat.", "Rye.", "Oats.").manifest.job_id
    worker = mill.workers[0]
    _do(worker, 1 + 3)
    assert commits == [] and mill.queue.stats().leased == 3
    assert not worker.lease()
    assert commits == [3] and mill.queue.stats().leased == 0
    mill.settle()
    assert mill.ended(job_id).counts.succeeded == 3


def test_what_was_done_of_a_job_does_not_wait_for_another_job(
    mill: Mill, commits: list[int]
) -> None:
    first = mill.submit("Wheat.", "Rye.").manifest.job_id
    _do(mill.workers[0], 1 + 2)
    mill.submit("Spelt.", "Oats.")
    assert mill.workers[0].lease()
    assert commits == [2]
    mill.settle()
    assert mill.ended(first).state is JobState.SUCCEEDED


def test_a_worker_that_dies_with_what_was_not_committed_loses_nothing(
    mill: Mill, commits: list[int]
) -> None:
    job_id = mill.submit("Wheat.", "Rye.", "Oats.").manifest.job_id
    worker = mill.workers[0]
    _do(worker, 1 + 2)
    worker.die()
    mill.workers.remove(worker)
    mill.worker()
    mill.until_idle()
    assert mill.ended(job_id).counts.succeeded == 3
    assert sum(commits) == 3


def test_what_is_done_does_not_wait_for_a_document_that_takes_long(
    mill: Mill, commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_LONG_COST", 1_100)
    mill.submit("Wheat.", "Rye, at length. " * 100)
    _do(mill.workers[0], 1 + 2)
    assert commits == [1]


def test_an_archive_is_gone_through_once_for_all_its_tasks(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    real = reading.read

    def read(document: PlannedDocument, *others: Any) -> bytes:
        reads.append(document.uri)
        return real(document, *others)

    monkeypatch.setattr(fetching, "read", read)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(9):
            archive.writestr(f"{number}.txt", f"Sack {number}.")
    data = buffer.getvalue()
    upload = mill.spool.store(io.BytesIO(data), len(data), uri="a.zip", media_type=None)
    job_id = mill.submit(uploads=[upload]).manifest.job_id
    mill.until_idle()
    assert mill.ended(job_id).counts.succeeded == 9
    assert [uri for uri in reads if uri != "a.zip"] == ["a.zip!/0.txt"]


def test_a_worker_that_gets_nothing_to_do_lets_go_of_what_it_holds(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[object] = []
    monkeypatch.setattr(MemberReader, "rest", lambda reader: rests.append(reader))
    mill.submit("Wheat.", "Rye.")
    _do(mill.workers[0], 1 + 2)
    assert not mill.workers[0].lease() and not rests
    mill.workers[0].work()
    assert len(rests) == 1
