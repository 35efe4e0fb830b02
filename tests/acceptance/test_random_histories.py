"""K15, the service: random histories of submitting, working, cancelling, retrying and crashing,
on a real folder and library. Whatever has happened, in the end every accepted job has ended once
a run, no document is there twice, none that a job calls its own is missing, and `gristmill check`
finds nothing that it cannot mend.
"""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from support.one_thread import Mill, Worker

from gristmill.pool.worker.lives import transaction
from gristmill.pool.worker.planning import expanding, grouping
from gristmill.schemas.jobs.sources import InlineText
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import DuplicateJob, IllegalTransition, KeyConflict
from gristmill.storage import faults
from gristmill.storage.library import Library

_MEMORY = Path("/dev/shm")
_TEXTS = ("Wheat.", "Rye.", "Spelt.", "Oats.", "Barley.", "Millet.")
_QUIET: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
TEXTS = st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=4, unique=True)


class ServiceMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._place = tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
        self.mill = Mill(Path(self._place.name) / "data")
        self.texts: dict[str, list[str]] = {}
        self.keys: dict[str, str] = {}
        self.runs: dict[str, int] = {}
        self.cancelled: set[str] = set()
        self.ends: dict[str, tuple[int, JobState]] = {}

    def _worker(self, number: int) -> Worker:
        return self.mill.workers[number % len(self.mill.workers)]

    # -- clients ------------------------------------------------------------------------------

    @initialize(texts=TEXTS, more=TEXTS, planned=st.booleans())
    def begin(self, texts: list[str], more: list[str], planned: bool = False) -> None:
        """Each document is a transaction of its own, so that a worker may die between any two; or,
        `planned`, a task of its own, and several may share a transaction."""
        transaction._DOCUMENTS = 3 if planned else 1
        expanding.ON_THE_SPOT = grouping._TASK_DOCUMENTS = 1 if planned else 100
        self.submit(texts, None)
        self.submit(more, "a")

    @rule(texts=TEXTS, key=st.sampled_from([None, None, "a", "b"]))
    def submit(self, texts: list[str], key: str | None) -> None:
        pending = {job_id for job_id in self.texts if self.mill.manifests.is_pending(job_id)}
        same_key = self.keys.get(key) if key else None
        try:
            manifest, created = self.mill.submit(*texts, key=key)
        except DuplicateJob as error:
            assert error.extra["job_id"] in pending
            assert same_key in (None, error.extra["job_id"])
        except KeyConflict as error:
            assert error.extra["job_id"] == same_key and self.texts[str(same_key)] != texts
        else:
            assert created == (same_key is None)
            if not created:
                assert manifest.job_id == same_key and self.texts[same_key] == texts
                return
            assert key or not any(self._same(job_id, texts) for job_id in pending)
            self.texts[manifest.job_id] = texts
            self.runs[manifest.job_id] = 1
            if key:
                self.keys[key] = manifest.job_id

    def _same(self, job_id: str, texts: list[str]) -> bool:
        return self.texts[job_id] == texts and job_id not in self.keys.values()

    @precondition(lambda self: self.texts)
    @rule(number=st.integers(0, 20))
    def cancel(self, number: int) -> None:
        job_id = self._job(number)
        pending = self.mill.manifests.is_pending(job_id)
        # A control call of the real service waits for the settler: it must find it idle.
        self.mill.settle()
        if self.mill.queue.holders(job_id) or not pending:
            assert self.mill.control.cancel(job_id) in (True, False)
        else:
            self.mill.queue.cancel(job_id)
            self.mill.settle()
        if pending:
            self.cancelled.add(job_id)

    @precondition(lambda self: self.texts)
    @rule(number=st.integers(0, 20))
    def retry(self, number: int) -> None:
        job_id = self._job(number)
        manifest = self.mill.manifests.read(job_id)
        assert manifest is not None
        try:
            self.mill.control.retry(job_id)
        except IllegalTransition:
            assert not manifest.state.terminal or manifest.state is JobState.SUCCEEDED
        except DuplicateJob as error:
            assert self.mill.manifests.is_pending(str(error.extra["job_id"]))
        else:
            assert manifest.state.terminal
            self.runs[job_id] += 1
            self.cancelled.discard(job_id)

    def _job(self, number: int) -> str:
        return list(self.texts)[number % len(self.texts)]

    # -- the service --------------------------------------------------------------------------

    @rule(number=st.integers(0, 1))
    def lease(self, number: int) -> None:
        worker = self._worker(number)
        if not worker.tasks:
            worker.lease()

    @rule(number=st.integers(0, 1))
    def advance(self, number: int) -> None:
        """What mostly happens: lease, work, report, settle."""
        self.lease(number)
        self.work(number)
        self._worker(number).lease()
        self.mill.settle()

    @rule(number=st.integers(0, 1))
    def work(self, number: int) -> None:
        worker = self._worker(number)
        if worker.tasks:
            worker.work()

    @rule(number=st.integers(0, 1), passes=st.integers(0, 3), strikes=st.integers(0, 1))
    def die(self, number: int, passes: int, strikes: int) -> None:
        """A worker dies: before its work, after some of its documents, before its report."""
        worker = self._worker(number)
        if worker.tasks and passes:
            faults._armed = faults._parse(f"commit.after=raise@{passes}!")
            faults._passes.clear()
            try:
                worker.work()
            except faults.InjectedFault:
                pass
            finally:
                faults._armed = {}
        worker.die(strikes)
        self.mill.workers.remove(worker)
        self.mill.worker()

    @rule()
    def hire(self) -> None:
        if len(self.mill.workers) < 2:
            self.mill.worker()

    @rule()
    def settle(self) -> None:
        self.mill.settle()

    @rule()
    def sweep(self) -> None:
        self.mill.sweep()

    @rule(point=st.sampled_from(["", "settle.before_terminal", "settle.before_unlink"]))
    def crash(self, point: str) -> None:
        """The supervisor is killed, perhaps while it settles; its workers die with it."""
        if point:
            faults._armed = faults._parse(f"{point}=raise@1")
            faults._passes.clear()
            try:
                self.mill.settle()
            except faults.InjectedFault:
                pass
            finally:
                faults._armed = {}
        self.mill.boot()

    # -- the truth ----------------------------------------------------------------------------

    @invariant()
    def every_accepted_job_is_on_disk_and_an_end_is_for_ever(self) -> None:
        for job_id, run in self.runs.items():
            manifest = self.mill.manifests.read(job_id)
            assert manifest is not None and manifest.run == run
            if manifest.state.terminal:
                end = self.ends.setdefault(job_id, (run, manifest.state))
                assert end[0] < run or end == (run, manifest.state)
                self.ends[job_id] = (run, manifest.state)
            else:
                assert self.ends.get(job_id, (0,))[0] < run

    def teardown(self) -> None:
        try:
            self.mill.until_idle()
            self._check()
        finally:
            self.mill.close()
            self._place.cleanup()

    def _check(self) -> None:
        with Library.open(self.mill.folder.library) as library:
            documents, _ = library.documents_page(collection=None, after=None, limit=1000)
            uris = [document.uri for document in documents]
            assert len(set(uris)) == len(uris)
            for job_id, texts in self.texts.items():
                manifest = self.mill.ended(job_id)
                assert manifest.run == self.runs[job_id]
                if manifest.state is JobState.CANCELLED:
                    assert job_id in self.cancelled
                    assert manifest.counts.total in (0, len(texts))
                else:
                    assert manifest.state is JobState.SUCCEEDED, manifest.error
                    assert manifest.counts.good == manifest.counts.total == len(texts)
                    assert set(texts) <= set(uris)
                    inline = [s for s in manifest.sources if isinstance(s, InlineText)]
                    assert all(source.text is None for source in inline)
        assert set(self.mill.manifests.ended_ids()) == set(self.texts)
        assert self.mill.unmended() == []


@pytest.fixture
def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machines set is set back after the test."""
    monkeypatch.setattr(transaction, "_DOCUMENTS", transaction._DOCUMENTS)
    monkeypatch.setattr(expanding, "ON_THE_SPOT", expanding.ON_THE_SPOT)
    monkeypatch.setattr(grouping, "_TASK_DOCUMENTS", grouping._TASK_DOCUMENTS)
    monkeypatch.setattr(faults, "_armed", {})
    monkeypatch.setattr(faults, "_passes", {})


@pytest.mark.usefixtures("as_before")
def test_no_history_of_commands_and_crashes_loses_or_doubles_anything() -> None:
    run_state_machine_as_test(
        ServiceMachine,
        settings=settings(derandomize=True, max_examples=12, stateful_step_count=30, **_QUIET),
    )


@pytest.mark.usefixtures("as_before")
def test_a_job_that_was_cancelled_at_a_worker_runs_again_at_the_same_one() -> None:
    state = ServiceMachine()
    state.begin(texts=["Wheat."], more=["Wheat.", "Rye."])
    state.advance(number=0)
    state.cancel(number=1)
    state.advance(number=0)
    job_id = list(state.texts)[1]
    assert state.mill.ended(job_id).state is JobState.CANCELLED
    state.retry(number=1)
    state.mill.until_idle()
    ended = state.mill.ended(job_id)
    assert (ended.state, ended.counts.total, ended.run) == (JobState.SUCCEEDED, 2, 2)
    state.teardown()


@pytest.mark.usefixtures("as_before")
def test_a_cancel_after_a_crash_that_came_after_the_last_document_ends_the_job() -> None:
    state = ServiceMachine()
    state.begin(texts=["Wheat."], more=["Rye."])
    state.lease(number=0)
    state.work(number=0)
    state.crash(point="")
    state.cancel(number=0)
    ended = state.mill.ended(next(iter(state.texts)))
    assert [moment.state for moment in ended.history] == ["queued", "running", "succeeded"]
    state.teardown()


@pytest.mark.usefixtures("as_before")
def test_a_crash_in_the_middle_of_a_cancel_leaves_a_cancelled_job() -> None:
    state = ServiceMachine()
    state.begin(texts=["Wheat."], more=["Wheat.", "Rye."], planned=True)
    state.advance(number=0)
    state.cancel(number=1)
    state.work(number=0)
    state.lease(number=0)
    state.crash(point="settle.before_terminal")
    state.mill.until_idle()
    assert state.mill.ended(list(state.texts)[1]).state is JobState.CANCELLED
    state.teardown()


@pytest.mark.chaos
@pytest.mark.usefixtures("as_before")
@pytest.mark.timeout(900)
def test_no_long_history_of_commands_and_crashes_loses_or_doubles_anything() -> None:
    run_state_machine_as_test(
        ServiceMachine, settings=settings(max_examples=600, stateful_step_count=60, **_QUIET)
    )
