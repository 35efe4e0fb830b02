"""K10: the power is cut at every step of accepting, settling and retrying. What was promised by
then is kept, and nothing is there that contradicts it."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.one_thread import Mill
from support.power import Outage, Power, wipe
from support.selection import rest_slow

from gristmill import IngestionTask, PathSource
from gristmill.pool.intake.drafts import Request, Submission
from gristmill.schemas.jobs.sources import TextSource
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import DuplicateJob
from gristmill.storage.check.check import check
from gristmill.storage.check.findings import Severity
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library

KEYED = "With a key of its own."


class Promise(NamedTuple):
    """What a client was told: a job is accepted (for its `run`-th run), or has ended."""

    job_id: str
    ended: bool = False
    run: int = 1
    key: str = ""


class Story:
    """A mill whose power fails at every step."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.promises = root, set[Promise]()
        self.mill = Mill(root / "data")
        self.failed = self._failed_job()
        self.power = Power(self.mill.folder.root, monkeypatch, lambda: frozenset(self.promises))

    def _failed_job(self) -> str:
        file = self.root / "mended.txt"
        file.write_bytes(bytes(range(256)))
        task = IngestionTask(sources=[PathSource(str(file))])
        job_id = self.mill.intake.submit(task, trusted=True).manifest.job_id
        self.mill.until_idle()
        assert self.mill.ended(job_id).state is JobState.FAILED
        self.promises.add(Promise(job_id, True))
        file.write_text("Mended.")
        return job_id

    def accept_derived(self) -> None:
        data = io.BytesIO(b"Uploaded.")
        upload = self.mill.spool.store(data, 100, uri="up.txt", media_type=None)
        for submission in (self.mill.submit("Derived."), self.mill.submit(uploads=[upload])):
            self.promises.add(Promise(submission.manifest.job_id))

    def accept_explicit(self) -> None:
        manifest = self.mill.submit(KEYED, key="mine").manifest
        self.promises.add(Promise(manifest.job_id, key="mine"))

    def settle(self) -> None:
        """Jobs run and end while another is accepted, whose fsync of the folder makes the name
        of a running manifest durable."""
        self.accept_derived()
        self.accept_explicit()
        (worker,) = self.mill.workers
        while worker.lease():
            self.mill.settle()
            if len(self.promises) < 8:
                submission = self.mill.submit(f"Meanwhile {len(self.promises)}.")
                self.promises.add(Promise(submission.manifest.job_id))
            worker.work()
            worker.lease()
            self.mill.settle()
            self._tell_ends()
            if worker.tasks:
                worker.work()

    def settle_a_round(self) -> None:
        """Two leases end in one round, and a third in the next, in the same pack."""
        requests = [Request(IngestionTask(sources=[TextSource(f"Of {n}.", f"{n}")])) for n in "123"]
        for outcome in self.mill.intake.submit_all(requests):
            assert isinstance(outcome, Submission)
            self.promises.add(Promise(outcome.manifest.job_id))
        (first,) = self.mill.workers
        second = self.mill.worker()
        for worker in (first, second):
            worker.lease()
            worker.work()
            worker.lease()
        self.mill.settle()
        self._tell_ends()
        self.mill.until_idle()
        self._tell_ends()

    def _tell_ends(self) -> None:
        for promise in tuple(self.promises):
            if self.mill.manifests.read_terminal(promise.job_id):
                self.promises.add(promise._replace(ended=True))

    def retry(self) -> None:
        self.mill.control.retry(self.failed)
        self.promises.remove(Promise(self.failed, True))
        self.promises.add(Promise(self.failed, run=2))
        self.mill.until_idle()
        self.promises.add(Promise(self.failed, True, run=2))


@pytest.fixture
def story(in_memory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    made = Story(in_memory, monkeypatch)
    yield made
    made.power.close()
    made.mill.close()


@pytest.mark.parametrize(
    "act", rest_slow("accept_derived", "accept_explicit", "settle", "settle_a_round", "retry")
)
def test_a_power_cut_at_any_step_takes_back_no_promise(
    story: Story, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    getattr(story, act)()
    story.power.step("the end")
    monkeypatch.undo()
    outages = list(story.power.outages.values())
    assert len(outages) > 5
    for outage in outages:
        data = story.root / "after"
        wipe(data)
        outage.materialise(data)
        try:
            _check(data, outage)
        except BaseException as error:
            error.add_note(f"{outage.cut} before {outage.before}, {outage.promised}")
            raise


def _check(data: Path, outage: Outage) -> None:
    found = check(DataFolder.at(data), repair=False)
    assert [finding for finding in found if finding.severity is Severity.ERROR] == []
    mill = Mill(data)
    promises: frozenset[Promise] = outage.promised
    for promise in promises:
        manifest = mill.manifests.read(promise.job_id)
        assert manifest is not None and manifest.run >= promise.run
        # A retry may have begun since its end was told.
        assert manifest.state.terminal or manifest.run > promise.run or not promise.ended
    _ask_again(mill, promises)
    mill.until_idle()
    jobs = set(mill.manifests.ended_ids())
    for job_id in jobs:
        ended = mill.ended(job_id)
        promised = [promise.run for promise in promises if promise.job_id == job_id]
        # A retry that was not answered yet may have come to nothing.
        assert ended.state is JobState.SUCCEEDED or max(promised, default=1) == 1
    assert {promise.job_id for promise in promises} <= jobs
    assert ended_once(mill)
    assert mill.unmended() == []
    mill.close()


def _ask_again(mill: Mill, promises: frozenset[Promise]) -> None:
    """The client with the key comes back: to the same job, if it was told of one."""
    known = {promise.job_id for promise in promises if promise.key}
    try:
        manifest, created = mill.submit(KEYED, key="mine")
    except DuplicateJob as duplicate:
        assert known <= {duplicate.extra["job_id"]}
    else:
        assert not known if created else known <= {manifest.job_id}


def ended_once(mill: Mill) -> bool:
    """No document is in the library twice."""
    with Library.open(mill.folder.library) as library:
        documents, _ = library.documents_page(collection=None, after=None, limit=1000)
    return len({document.uri for document in documents}) == len(documents)
