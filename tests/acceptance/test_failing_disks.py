"""K9: the n-th operation on the disk fails, for every n: nothing is lost, nothing half done.

The `disk` point is passed before every operation of `storage/`: create, write, fsync, rename,
unlink, lock, commit. The whole life of jobs is gone through in one thread, so that n counts the
same operations each time, until an n is past the last one.
"""

import io
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.arming import arm
from support.one_thread import Mill
from support.selection import rest_slow

from gristmill import IngestionTask, PathSource
from gristmill.pool.intake.drafts import Submission
from gristmill.schemas.jobs.sources import Spooled
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.problems.errors import StorageFailed, StorageFull
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage import faults
from gristmill.storage.library import Library

ERRORS = ("enospc", "eio", "emfile")
SHARES = 8
"""The numbers are dealt to so many tests."""


class Life:
    """Jobs of each kind, from upload to retry, again and again on one folder."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mill = Mill(root / "data")
        self._root, self._monkeypatch = root, monkeypatch
        self.accepted: list[str] = []
        self.refused = 0
        self.unclean = 0

    def run(self, number: int, fault: str) -> int:
        """Live once, with `fault` armed up to the moment when the disk is sound again. Returns
        how many operations there were."""
        failed = self._failed_job(number)
        arm(self._monkeypatch, fault)
        uploads = self._upload(number)
        self._submit(f"Derived {number}.", f"Of two {number}.")
        self._submit(f"With a key of its own {number}.", key=f"mine {number}")
        if uploads:
            self._submit(uploads=uploads)
        self._work()
        try:
            self.mill.control.retry(failed)
        except (OSError, LibraryTrouble, StorageFailed):
            pass
        self._submit(f"Later {number}.")
        self._work()
        passes = sum(faults._passes.values())
        arm(self._monkeypatch, "")
        self.mill.until_idle()
        # A retry that was refused may be asked for again.
        if self.mill.ended(failed).state is JobState.FAILED:
            self.mill.control.retry(failed)
            self.mill.until_idle()
        self.accepted.append(failed)
        return passes

    def _failed_job(self, number: int) -> str:
        """A job that has failed and that a retry mends."""
        file = self._root / f"{number}.txt"
        file.write_bytes(bytes(range(256)))
        task = IngestionTask(sources=[PathSource(str(file))])
        job_id = self.mill.intake.submit(task, trusted=True).manifest.job_id
        self.mill.until_idle()
        assert self.mill.ended(job_id).state is JobState.FAILED
        file.write_text(f"Mended {number}.")
        return job_id

    def _upload(self, number: int) -> list[Spooled]:
        data = io.BytesIO(f"Uploaded {number}.".encode())
        before = self._stored()
        try:
            return [self.mill.spool.store(data, 10**6, uri=f"up {number}", media_type=None)]
        except OSError:
            self.unclean += self._stored() != before
            return []

    def _submit(
        self, *texts: str, key: str | None = None, uploads: Sequence[Spooled] = ()
    ) -> Submission | None:
        root = self.mill.folder.root
        before = self._stored() - {
            str(self.mill.folder.upload_path(upload).relative_to(root)) for upload in uploads
        }
        try:
            submission = self.mill.submit(*texts, key=key, uploads=uploads)
        except (StorageFull, StorageFailed):
            self.refused += 1
            self.unclean += self._stored() != before
            return None
        self.accepted.append(submission.manifest.job_id)
        return submission

    def _stored(self) -> set[str]:
        with self._sound_disk():
            return self.mill.stored()

    @contextmanager
    def _sound_disk(self) -> Iterator[None]:
        with self._monkeypatch.context() as patch:
            patch.setattr(faults, "_armed", {})
            yield

    def _work(self) -> None:
        """As the service does it by itself, with a disk that may fail at any step."""
        for _ in range(3):
            self.mill.time += 60.0
            self.mill.sweep()
            (worker,) = self.mill.workers
            while worker.lease():
                worker.work()
                self.mill.settle()
            self.mill.settle()
            self.mill.core.indexer.write_waiting()

    def check(self, *, strict: bool) -> None:
        """All that was accepted has ended, once; what is there is whole. `strict`: nothing else
        is there. A disk on which not even an unlink succeeds may keep what was refused."""
        for job_id in self.accepted:
            assert self.mill.ended(job_id).state is JobState.SUCCEEDED
        jobs = set(self.mill.manifests.ended_ids())
        assert jobs >= set(self.accepted)
        assert not strict or (self.unclean, jobs) == (0, set(self.accepted))
        with Library.open(self.mill.folder.library) as library:
            documents, _ = library.documents_page(collection=None, after=None, limit=10_000)
            assert len({document.uri for document in documents}) == len(documents)
            for job_id in jobs:
                rows = library.ledger_page(job_id, state=None, after=None, limit=100)
                assert rows and {row.state for row in rows} <= {
                    DocumentState.SUCCEEDED,
                    DocumentState.UNCHANGED,
                }
            states = {row.job_id: row.state for row in library.job_rows()}
            assert states == dict.fromkeys(jobs, JobState.SUCCEEDED)
        assert self.mill.unmended() == []
        self.mill.close()


@pytest.fixture
def life(in_memory: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    return Life(in_memory, monkeypatch)


@pytest.mark.parametrize("share", rest_slow(*range(SHARES)))
def test_whichever_operation_fails_all_that_was_accepted_ends_once(life: Life, share: int) -> None:
    """The three errors take turns; `make chaos` goes through all of them for every n."""
    for number in itertools.count(1 + share, SHARES):
        if life.run(number, f"disk={ERRORS[number // SHARES % 3]}@{number}!") < number:
            break
    assert number > 80 and life.refused > 1
    life.check(strict=True)


@pytest.mark.chaos
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.timeout(300)
def test_whichever_operation_fails_in_whichever_way_all_ends_once(life: Life, error: str) -> None:
    for number in itertools.count(1):
        if life.run(number, f"disk={error}@{number}!") < number:
            break
    assert number > 80 and life.refused > 20
    life.check(strict=True)


@pytest.mark.slow
def test_a_disk_that_is_full_from_any_moment_on_for_a_while_loses_nothing(life: Life) -> None:
    """Nothing can be written, but files can be removed: what is refused leaves no trace."""
    for number in itertools.count(1, 2):
        if life.run(number, f"disk:write=enospc@{number}") < number:
            break
    assert number > 20 and life.refused > 10
    life.check(strict=True)


@pytest.mark.chaos
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.timeout(300)
def test_a_disk_that_fails_altogether_for_a_while_loses_nothing(life: Life, error: str) -> None:
    for number in itertools.count(1, 3):
        if life.run(number, f"disk={error}@{number}") < number:
            break
    assert number > 80 and life.refused > 40
    life.check(strict=False)
