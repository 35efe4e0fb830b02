"""Ended jobs go by age; pending ones and documents never."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from gristmill.schemas.ids import uuid7
from gristmill.schemas.jobs.manifest import Manifest, Moment
from gristmill.schemas.jobs.sources import Spooled
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent, DocumentResult
from gristmill.schemas.webhooks import DeliveryState, delivery_of
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import JobIndexRow, Library
from gristmill.storage.manifests import Manifests
from gristmill.storage.records.keys import KeyRecord, Keys
from gristmill.storage.records.webhooks import Deliveries
from gristmill.storage.upkeep.retention import Purged, purge

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEY = "ab" * 32


def _manifest(days_ago: float, state: JobState = JobState.SUCCEEDED) -> Manifest:
    at = NOW - timedelta(days=days_ago)
    return Manifest(
        job_id=uuid7(int(at.timestamp() * 1e9), int(days_ago * 1000)),
        state=state,
        collection="default",
        priority=0,
        submitted_at=at,
        key=KEY,
        explicit_key=True,
        request="r",
        sources=(),
        history=(Moment(JobState.QUEUED, at),),
        finished_at=at if state.terminal else None,
    )


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


def test_old_jobs_go_and_young_ones_stay(folder: DataFolder) -> None:
    manifests = Manifests(folder)
    old, young = _manifest(40), _manifest(3)
    for manifest in (old, young):
        manifests.create(manifest)
        manifests.settle(manifest)
    assert purge(folder, NOW - timedelta(days=30)) == Purged(1, 0)
    assert manifests.read(old.job_id) is None
    assert manifests.read(young.job_id) == young
    assert not folder.terminal_path(old.job_id).parent.exists()
    assert purge(folder, NOW - timedelta(days=30)) == Purged(0, 0)


def test_nothing_pending_is_ever_touched(folder: DataFolder) -> None:
    pending = _manifest(400, JobState.QUEUED)
    Manifests(folder).create(pending)
    assert purge(folder, NOW) == Purged(0, 0)
    assert Manifests(folder).read(pending.job_id) == pending


def test_what_was_told_of_a_job_goes_with_it_and_what_is_still_to_be_told_stays(
    folder: DataFolder,
) -> None:
    manifests, deliveries = Manifests(folder), Deliveries(folder)
    old = msgspec.structs.replace(_manifest(40), run=2)
    manifests.create(old)
    manifests.settle(old)
    told = delivery_of(old, "https://example.com/told")
    deliveries.put(msgspec.structs.replace(told, run=1, state=DeliveryState.DELIVERED))
    deliveries.put(told)
    assert purge(folder, NOW - timedelta(days=30)) == Purged(1, 0)
    assert deliveries.find(old.job_id, 1) is None
    assert deliveries.find(old.job_id, 2) == told


def test_a_jobs_key_goes_with_it_but_not_one_that_leads_elsewhere(folder: DataFolder) -> None:
    manifests, keys = Manifests(folder), Keys(folder)
    old = _manifest(40)
    for owner, left in ((old.job_id, None), ("another", KeyRecord("another", "r"))):
        manifests.create(old)
        manifests.settle(old)
        with keys.hold([KEY]):
            keys.write(KEY, KeyRecord(owner, "r"))
        purge(folder, NOW)
        assert keys.read(KEY) == left


def test_uploads_kept_for_a_retry_go_with_their_job(folder: DataFolder) -> None:
    manifests = Manifests(folder)
    upload = Spooled("u", "cd" * 32, "claim", 4)
    path = folder.spool_path(upload.sha256, upload.claim)
    path.parent.mkdir()
    path.write_bytes(b"data")
    failed = _manifest(40, JobState.FAILED)
    failed = Manifest(
        **{f: getattr(failed, f) for f in failed.__struct_fields__} | {"sources": (upload,)}
    )
    manifests.create(failed)
    manifests.settle(failed)
    assert purge(folder, NOW) == Purged(1, 1)
    assert not path.exists()


def test_the_ledger_and_the_index_forget_the_job_and_the_library_keeps_its_documents(
    folder: DataFolder,
) -> None:
    manifests, old = Manifests(folder), _manifest(40)
    manifests.create(old)
    manifests.settle(old)
    content = DocumentContent("text/plain", None, {}, None, (ChunkDraft("Flour.", (), None, 0, 6),))
    with Library.open(folder.library) as library:
        library.commit(
            [
                DocumentResult(
                    old.job_id,
                    0,
                    "default",
                    "a.txt",
                    DocumentState.SUCCEEDED,
                    sha256="ef" * 32,
                    pipeline="p",
                    content=content,
                )
            ]
        )
        library.index_jobs([JobIndexRow.of(old)])
        purge(folder, NOW)
        assert library.ledger_page(old.job_id, state=None, after=None, limit=9) == []
        assert list(library.job_ids()) == []
        assert [hit.uri for hit in library.search("flour", collection=None, limit=9)] == ["a.txt"]
