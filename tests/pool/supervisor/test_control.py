"""What users ask of a running service, several of them at once."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from support.job_samples import NOON, queued
from support.patience import WAIT_S
from support.running import until

from gristmill.pool.supervisor.control import Control
from gristmill.pool.supervisor.core import Core
from gristmill.schemas.jobs.offers import offer_of
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import IllegalTransition
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores


def test_of_two_retries_at_once_one_is_told_that_the_job_waits_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores(DataFolder.open(tmp_path / "data"))
    core = Core(stores, 10, 60.0)
    job = queued()
    stores.manifests.create(job)
    stores.manifests.settle(
        msgspec.structs.replace(job, state=JobState.FAILED, finished_at=NOON, started_at=NOON)
    )
    engine: Any = SimpleNamespace(forget_cancel=lambda job_id: None)
    nothing: Any = None
    control = Control(core, engine, nothing, nothing, lambda: None)
    read, looks = stores.manifests.read, list[str]()

    def counted(job_id: str) -> Any:
        found = read(job_id)
        looks.append(job_id)
        return found

    monkeypatch.setattr(stores.manifests, "read", counted)
    refusals = list[Exception]()

    def retry() -> None:
        try:
            control.retry(job.job_id)
        except IllegalTransition as error:
            refusals.append(error)

    threads = [threading.Thread(target=retry) for _ in range(2)]
    with stores.keys.hold([job.key]):
        for thread in threads:
            thread.start()
        until(lambda: len(looks) == 2, "both have seen that it has ended")
    for thread in threads:
        thread.join(20)
    assert [str(each) for each in refusals] == ["a queued job cannot be retried"]
    found = read(job.job_id)
    assert found is not None and found.run == job.run + 1
    assert core.queue.pending(job.job_id)


def test_a_retry_right_after_the_end_was_read_waits_for_the_queue_and_not_for_a_sweep(
    tmp_path: Path,
) -> None:
    stores = Stores(DataFolder.open(tmp_path / "data"))
    core = Core(stores, 10, 60.0)
    job = queued()
    stores.manifests.create(job)
    core.queue.offer(offer_of(job))
    entry = core.queue.pending(job.job_id)
    assert entry is not None
    stores.manifests.settle(
        msgspec.structs.replace(job, state=JobState.FAILED, finished_at=NOON, started_at=NOON)
    )
    engine: Any = SimpleNamespace(forget_cancel=lambda job_id: None)
    nothing: Any = None
    control = Control(core, engine, nothing, nothing, lambda: None)
    waits, wait = threading.Event(), core.queue.wait_until_forgotten

    def waited(entry: Any, timeout_s: float) -> bool:
        waits.set()
        return wait(entry, WAIT_S)

    core.queue.wait_until_forgotten = waited  # type: ignore[method-assign]
    thread = threading.Thread(target=control.retry, args=(job.job_id,))
    thread.start()
    assert waits.wait(WAIT_S)
    core.queue.forget(job.job_id)
    thread.join(WAIT_S)
    again = core.queue.pending(job.job_id)
    assert again is not None and again is not entry
