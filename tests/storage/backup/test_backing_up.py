"""A backup beside a service that goes on: what is accepted, retried and ended between its steps."""

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from support.job_samples import NOON, new_id, queued

from gristmill.schemas.bulk import BulkAction, BulkRecord, BulkState, JobQuery
from gristmill.schemas.ids import batch_of, claim_of, uuid7
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Bundled, InlineText
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage import faults
from gristmill.storage.backup.backing_up import NOTE, back_up
from gristmill.storage.backup.restoring import restore
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests, manifests
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.records.bulk_records import BulkRecords
from gristmill.storage.spool import Spool

MIB = 1024 * 1024
POINTS = ("backup.pending", "backup.ends")
SECOND_NS = 1_000_000_000


class Mill:
    """A data folder, and what a service does in it. All its jobs share a batch file."""

    def __init__(self, root: Path) -> None:
        self.folder = DataFolder.open(root)
        self.manifests, self.spool = Manifests(self.folder), Spool(self.folder)
        Library.open(self.folder.library).close()

    def accept(self, *, made_s: float = 0.0) -> Manifest:
        """A job with an upload, whose id was made so many seconds from now."""
        job_id = uuid7(time.time_ns() + int(made_s * SECOND_NS), 7)
        upload = self.spool.store(
            io.BytesIO(job_id.encode()),
            MIB,
            uri=f"{job_id}.txt",
            media_type=None,
            claim=claim_of(job_id),
        )
        job = queued(upload, job_id=job_id)
        self.manifests.create_all([job])
        return job

    def end(self, job: Manifest, state: JobState = JobState.SUCCEEDED) -> Manifest:
        ended = msgspec.structs.replace(job, state=state, finished_at=NOON)
        self.manifests.settle(ended)
        self.spool.release(ended)
        return ended

    def retry(self, job: Manifest) -> None:
        self.manifests.reopen(job)


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    return Mill(tmp_path / "data")


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Have something happen between two steps of a backup."""

    def arrange(where: str, happens: Callable[[], object]) -> None:
        def hit(point: str, detail: str = "") -> None:
            if point == where:
                happens()

        monkeypatch.setattr(faults, "hit", hit)

    return arrange


def check_whole(copy: DataFolder, accepted: list[str], restored: Path) -> None:
    """The jobs are in a copy, which has all the uploads of those that are to run."""
    manifests, spool = Manifests(copy), Spool(copy)
    there = {i for i in accepted if manifests.is_pending(i) or manifests.is_ended(i)}
    assert there == set(accepted)
    for job_id in manifests.pending_ids():
        job = manifests.read(job_id)
        assert job is not None
        for source in job.sources:
            assert isinstance(source, Bundled)
            assert spool.read(source, MIB) == job_id.encode(), job
    findings = restore(copy.root, DataFolder.at(restored)).findings
    # Nobody here has kept the index of the jobs, which is made anew from their manifests.
    assert [each for each in findings if each.code != "job_index"] == []


@pytest.mark.parametrize("point", POINTS)
def test_what_comes_later_does_not_come_with_what_was_being_accepted(
    mill: Mill, meanwhile: Callable[..., None], tmp_path: Path, point: str
) -> None:
    """A submission gets its id before its files: it may be older than the backup and come to disk
    within it. Its batch file then has the lines of others that came altogether later."""
    before = mill.accept()
    came: list[Manifest] = []

    def submissions() -> None:
        came.append(mill.accept(made_s=-5))
        came.extend(mill.accept(made_s=5 + number) for number in range(3))

    meanwhile(point, submissions)
    back_up(mill.folder, tmp_path / "copy")
    (in_time, *later) = [job.job_id for job in came]
    assert {batch_of(job_id) for job_id in (in_time, *later)} == {batch_of(before.job_id)}
    copy = DataFolder.at(tmp_path / "copy")
    assert set(Manifests(copy).pending_ids()) == {before.job_id, in_time}
    check_whole(copy, [before.job_id, in_time], tmp_path / "again")


@pytest.mark.parametrize("point", POINTS)
def test_what_ends_or_is_retried_meanwhile_is_in_the_copy(
    mill: Mill, meanwhile: Callable[..., None], tmp_path: Path, point: str
) -> None:
    pending, ending, failing, retried, again = (mill.accept(made_s=-n) for n in range(1, 6))
    mill.end(retried, JobState.FAILED)
    mill.end(again, JobState.FAILED)

    def service() -> None:
        mill.end(ending)
        mill.end(failing, JobState.FAILED)
        mill.retry(retried)
        mill.retry(again)
        mill.end(again)

    meanwhile(point, service)
    back_up(mill.folder, tmp_path / "copy")
    jobs = [job.job_id for job in (pending, ending, failing, retried, again)]
    copy = DataFolder.at(tmp_path / "copy")
    assert Manifests(copy).is_pending(pending.job_id)
    check_whole(copy, jobs, tmp_path / "again")


def test_a_job_that_is_retried_and_ends_between_any_two_looks_is_in_the_copy(
    mill: Mill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(manifests, "_REOPEN_WAIT_S", 0.0)
    job = mill.accept(made_s=-1)
    mill.end(job, JobState.FAILED)
    refused: list[str] = []

    def hit(point: str, detail: str = "") -> None:
        """It is where the backup does not look."""
        if point in ("backup.pending", "backup.looked"):
            try:
                mill.retry(job)
            except StorageFailed:
                refused.append(point)
        elif point in ("backup.ends", "backup.look") and mill.manifests.is_pending(job.job_id):
            mill.end(job, JobState.FAILED)

    monkeypatch.setattr(faults, "hit", hit)
    back_up(mill.folder, tmp_path / "copy")
    assert refused == ["backup.looked"]
    check_whole(DataFolder.at(tmp_path / "copy"), [job.job_id], tmp_path / "again")


@pytest.mark.parametrize("point", ["backup.looked", "backup.caught_up"])
def test_a_job_that_is_retried_after_its_end_was_copied_is_in_the_copy(
    mill: Mill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, point: str
) -> None:
    monkeypatch.setattr(manifests, "_REOPEN_WAIT_S", 0.0)
    job = mill.accept(made_s=-1)
    mill.end(job, JobState.FAILED)
    batch = mill.folder.batch_path(job.job_id)
    assert Batches(mill.folder).remove_ended(batch, {job.job_id})

    def hit(at: str, detail: str = "") -> None:
        if at == point and not mill.manifests.is_pending(job.job_id):
            mill.retry(job)

    monkeypatch.setattr(faults, "hit", hit)
    back_up(mill.folder, tmp_path / "copy")
    copy = DataFolder.at(tmp_path / "copy")
    assert Manifests(copy).pending_ids() == [job.job_id]


def test_a_backup_says_what_it_holds(mill: Mill, tmp_path: Path) -> None:
    mill.accept()
    mill.manifests.create(queued(InlineText("a.txt", "flour"), job_id=uuid7(time.time_ns(), 8)))
    mill.end(mill.accept(made_s=-1))
    began = datetime.now(UTC)
    backup = back_up(mill.folder, tmp_path / "copy")
    sizes = [p.stat().st_size for p in (tmp_path / "copy").rglob("*") if p.is_file()]
    note = (tmp_path / "copy" / NOTE).stat().st_size
    assert (backup.files, backup.bytes) == (len(sizes) - 1, sum(sizes) - note)
    assert (backup.pending_jobs, backup.documents, backup.taken_at >= began) == (2, 0, True)
    assert restore(tmp_path / "copy", DataFolder.at(tmp_path / "again")).backup == backup


def test_a_bulk_action_that_goes_on_does_not_go_on_in_what_is_restored(
    mill: Mill, tmp_path: Path
) -> None:
    records, query = BulkRecords(mill.folder), JobQuery(state=JobState.FAILED)
    going, over = (
        BulkRecord(new_id(), BulkAction.DELETE, query, None, NOON, 3, key, "cd", NOON)
        for key in ("a", "b")
    )
    records.begin("a", lambda active: going)
    records.begin("b", lambda active: over)
    ended = msgspec.structs.replace(over, state=BulkState.DONE, finished_at=NOON)
    records.write(ended)
    back_up(mill.folder, tmp_path / "copy")
    restored = DataFolder.at(tmp_path / "again")
    restore(tmp_path / "copy", restored)
    assert list(BulkRecords(restored).active()) == []
    assert list(BulkRecords(restored).ended()) == [ended]
