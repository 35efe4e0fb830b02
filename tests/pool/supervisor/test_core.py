"""The core by itself: no process, and a thread only where it was started."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.arming import arm
from support.job_samples import queued
from support.running import until

from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.pool.recovery.recovery import SWEEP_S
from gristmill.pool.supervisor.core import Core
from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.jobs.offers import offer_of
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId
from gristmill.storage.library import Library
from gristmill.storage.library.job_text import words_in
from gristmill.storage.stores import Stores

ANN = WorkerId(1, 1.0)
DONE = Counts(total=1, succeeded=1)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    stores = Stores.open(tmp_path / "data")
    stores.library().close()
    return stores


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(stores: Stores, clock: Clock) -> Core:
    """One that has no threads, and a worker's name on its list."""
    return _manned(Core(stores, 10, 300.0, retry_s=0.0, clock=clock))


@pytest.fixture
def started(stores: Stores) -> Iterator[Core]:
    core = _manned(Core(stores, 10, 300.0, retry_s=0.01))
    yield core
    core.stop(20.0)
    assert not core.alive()


def _manned(core: Core) -> Core:
    core.queue.enrol(ANN)
    return core


def _accepted(core: Core) -> Manifest:
    job = queued()
    core.stores.manifests.create(job)
    core.queue.offer(offer_of(job))
    return job


def _leased(core: Core) -> Task:
    (task,) = core.queue.lease(ANN, [], 0.0) or []
    return task


def _done(core: Core) -> None:
    """Lease the next job and report it as done on the spot."""
    core.queue.report(ANN, [Report(_leased(core).task_id, DONE)])


def _listed(core: Core, state: JobState) -> list[str]:
    with core.stores.library(readonly=True) as library:
        return library.jobs_page(state=state, collection=None, after=None, limit=9)


def test_a_job_goes_all_its_way_in_the_thread_that_calls(core: Core) -> None:
    threads, job = set(threading.enumerate()), _accepted(core)
    core.indexer.write_waiting()
    assert _listed(core, JobState.QUEUED) == [job.job_id]
    task = _leased(core)
    core.settle_waiting()
    running = core.stores.manifests.read(job.job_id)
    assert running is not None and running.state is JobState.RUNNING
    core.queue.report(ANN, [Report(task.task_id, DONE)])
    assert core.queue.pending(job.job_id)
    core.settle_waiting()
    ended = core.stores.manifests.read_terminal(job.job_id)
    assert ended is not None and (ended.state, ended.counts) == (JobState.SUCCEEDED, DONE)
    assert not core.queue.pending(job.job_id)
    core.indexer.write_waiting()
    assert _listed(core, JobState.SUCCEEDED) == [job.job_id]
    # One of an earlier test may have ended meanwhile.
    assert set(threading.enumerate()) <= threads


def test_each_move_of_a_job_is_told_once_it_is_on_disk(stores: Stores) -> None:
    moves: list[tuple[str, str, str]] = []

    def moved(before: Manifest, after: Manifest, library: Library) -> None:
        on_disk = stores.manifests.read(after.job_id)
        assert on_disk == after and library.counts(after.job_id).total == 0
        moves.append((after.job_id, before.state, after.state))

    core = Core(stores, 10, 300.0, on_move=moved)
    slow, task = _accepted(_manned(core)), _leased(core)
    core.settle_waiting()
    core.queue.report(ANN, [Report(task.task_id, DONE)])
    core.settle_waiting()
    quick = _accepted(core)
    _done(core)
    core.settle_waiting()
    assert moves == [
        (slow.job_id, "queued", "running"),
        (slow.job_id, "running", "succeeded"),
        (quick.job_id, "queued", "succeeded"),
    ]


def test_nothing_is_written_until_it_is_asked_for(core: Core) -> None:
    job = _accepted(core)
    _done(core)
    assert core.stores.manifests.read(job.job_id) == job
    assert _listed(core, JobState.QUEUED) == [] and not core.alive()


def test_once_started_it_writes_by_itself_and_tells_of_an_end_before_the_key_is_free(
    started: Core,
) -> None:
    told: list[tuple[str, bool]] = []
    started.start(
        on_end=lambda job_id: told.append((job_id, started.queue.pending(job_id) is not None))
    )
    assert started.alive()
    job = _accepted(started)
    _done(started)
    assert started.queue.wait_for_idle(20.0)
    assert told == [(job.job_id, True)]
    assert started.stores.manifests.is_ended(job.job_id)
    assert started.indexer.flush(20.0) and _listed(started, JobState.SUCCEEDED) == [job.job_id]


def test_who_asks_for_words_finds_what_has_just_ended(
    started: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.pool.settling.job_teller._LATEST_S", 3600.0)
    started.start()
    job = _accepted(started)
    _done(started)
    assert started.queue.wait_for_idle(20.0)

    def found() -> Sequence[str]:
        search = started.stores.found_jobs().find
        return search(words_in("a.txt"), state=None, collection=None, after=None, limit=5)

    assert started.indexer.flush(20.0) and found() == []
    assert started.indexer.flush(20.0, words=True) and found() == [job.job_id]


def test_a_job_that_lasts_is_said_to_run_and_stopping_leaves_it_pending(started: Core) -> None:
    started.start()
    job = _accepted(started)
    _leased(started)
    read = started.stores.manifests.read
    until(lambda: (now := read(job.job_id)) and now.state is JobState.RUNNING, "the news of it")
    started.stop(20.0)
    assert started.stores.manifests.is_pending(job.job_id)


def test_stopping_writes_the_ends_that_wait(started: Core) -> None:
    jobs = [_accepted(started)]
    _done(started)
    started.start()
    started.stop(20.0)
    assert started.stores.manifests.all_ended([job.job_id for job in jobs])
    assert _listed(started, JobState.SUCCEEDED) == [job.job_id for job in jobs]


def test_an_end_that_the_disk_refuses_waits_and_is_written_when_it_can_be(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _accepted(core)
    _done(core)
    arm(monkeypatch, "pack.write=enospc@1!")
    core.settle_waiting()
    assert core.queue.pending(job.job_id) and not core.stores.manifests.is_ended(job.job_id)
    core.settle_waiting()
    assert core.stores.manifests.is_ended(job.job_id) and not core.queue.pending_ids()


def test_a_started_core_tries_again_by_itself(
    started: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _accepted(started)
    _done(started)
    arm(monkeypatch, "pack.write=enospc@1!")
    started.start()
    assert started.queue.wait_for_idle(20.0)
    assert started.stores.manifests.is_ended(job.job_id)


def test_its_clock_is_that_of_the_queue_and_of_the_sweeps(core: Core, clock: Clock) -> None:
    _accepted(core)
    task = _leased(core)
    core.queue.revoke(ANN)
    core.queue.enrol(ANN)
    core.queue.replace(task, [Replacement(task, 5.0)])
    stray = queued(key="cd" * 32)
    core.stores.manifests.create(stray)
    core.recovery.sweep()
    assert core.queue.lease(ANN, [], 0.0) == [] and not core.queue.pending(stray.job_id)
    clock.now_s += max(5.0, SWEEP_S)
    assert _leased(core).job_id == task.job_id
    core.recovery.sweep()
    assert core.queue.pending(stray.job_id)


def test_a_new_core_takes_up_what_an_earlier_one_left(core: Core, stores: Stores) -> None:
    waiting = _accepted(core)
    again = Core(Stores(stores.folder), 10, 300.0)
    assert again.recovery.at_start() == 1
    assert again.queue.pending_ids() == {waiting.job_id}


def test_the_core_knows_no_process() -> None:
    look = "import sys, gristmill.pool.supervisor.core; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    ours = ("engines", "watch", "worker", "processes", "client")
    about_processes = ("multiprocessing", "psutil", "subprocess")
    foreign = tuple(f"gristmill.pool.{room}" for room in ours) + about_processes
    assert [name for name in done.stdout.split() if name.startswith(foreign)] == []
