"""K6: a process that died holding a lock of the Pool's own pipes does not wedge the service."""

import multiprocessing
import threading
from collections.abc import Iterator
from multiprocessing.synchronize import Lock
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.patience import WAIT_S
from support.running import until
from support.selection import rest_slow

from gristmill import IngestionTask, Settings, TextSource
from gristmill.pool.client import PoolClient
from gristmill.pool.intake import Intake
from gristmill.pool.supervisor.supervisor import Supervisor
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.stores import Stores


class Stop:
    """In the place of the signals, which only a main thread gets."""

    def __init__(self) -> None:
        self.asked = self.asked_again = False

    def ask(self) -> None:
        self.asked = True


class Here:
    """A supervisor in this process, so that a test can reach its Pool."""

    def __init__(self, data: Path, boot_deadline_s: float) -> None:
        self.settings = Settings(
            data=str(data), workers=2, spare_workers=0, boot_deadline_s=boot_deadline_s
        )
        self.stores = Stores.open(data)
        self.supervisor: Any = Supervisor(self.stores, self.settings, ())
        self.stop = Stop()
        self.thread = threading.Thread(target=self.supervisor.run, args=(self.stop, None))
        self.client = PoolClient(self.stores)

    def workers(self) -> list[psutil.Process]:
        return [seat.process for seat in self.supervisor._engine._seats.all()]

    def ingest(self, content: str) -> JobState:
        task = IngestionTask(sources=[TextSource(text=content)])
        job_id = Intake(self.stores, self.settings, self.client).submit(task).manifest.job_id
        read = self.stores.manifests.read_terminal
        ended = until(lambda: read(job_id), f"the end of {content!r}")
        assert ended is not None
        return ended.state


@pytest.fixture
def here(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Here]:
    made = Here(tmp_path / "data", getattr(request, "param", 2.0))
    made.thread.start()
    until(lambda: len(made.workers()) == 2, "two workers")
    yield made
    made.stop.ask()
    made.thread.join(WAIT_S)
    assert not made.thread.is_alive()


def _hold_for_ever(lock: Lock) -> None:
    lock.acquire()
    threading.Event().wait()


def _die_holding(lock: Lock) -> None:
    """Have a process take the lock and be killed with it."""
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=_hold_for_ever, args=(lock,))
    process.start()
    until(lambda: not _is_free(lock), "the lock in its hand")
    process.kill()
    process.join(WAIT_S)
    assert not _is_free(lock)


def _is_free(lock: Lock) -> bool:
    taken = lock.acquire(block=False)
    if taken:
        lock.release()
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("which", rest_slow("read lock", "write lock"))
def test_a_lock_held_by_the_dead_costs_a_new_pool_and_nothing_else(here: Here, which: str) -> None:
    pool = until(lambda: here.supervisor._engine._pool, "the pool")
    _die_holding(pool._inqueue._rlock if which == "read lock" else pool._outqueue._wlock)
    assert here.ingest("Those at work do not care.") is JobState.SUCCEEDED
    for worker in here.workers():
        worker.kill()
    assert here.ingest("And those that follow get a Pool of their own.") is JobState.SUCCEEDED
    until(lambda: len(here.workers()) == 2, "a pool of full size")


@pytest.mark.slow
@pytest.mark.parametrize("here", [120.0], indirect=True)
def test_a_death_before_the_first_lease_makes_the_pool_suspect_long_before_the_deadline(
    here: Here,
) -> None:
    engine = here.supervisor._engine
    pool = until(lambda: engine._pool, "the pool")
    _die_holding(pool._inqueue._rlock)
    for worker in here.workers():
        worker.kill()
    waiting = until(
        lambda: list(engine._registry.living().keys() - engine._seats.pids())[1:],
        "two workers that wait for the lock",
    )
    psutil.Process(waiting[0]).kill()
    assert here.ingest("A new pool is there.") is JobState.SUCCEEDED
    until(lambda: len(here.workers()) == 2, "a pool of full size")
