"""The spool: bytes in, bytes out, gone when nobody needs them, and never by halves."""

import hashlib
import io
import time
import tracemalloc
from collections.abc import Callable

import msgspec
import pytest
from support.job_samples import NOON, queued
from support.store_sets import JobStores

from gristmill.schemas.ids import claim_of
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import InlineText, Spooled
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import BodyTooLarge, DocumentError
from gristmill.storage.spool import Spool

MIB = 1024 * 1024
HOUR_S = 3600.0


def _store(spool: Spool, data: bytes, limit: int = 1000, claim: str | None = None) -> Spooled:
    return spool.store(io.BytesIO(data), limit, uri="a.txt", media_type="text/plain", claim=claim)


def _is_gone(spool: Spool, stored: Spooled) -> bool:
    try:
        spool.read(stored, stored.bytes)
    except OSError:
        return True
    return False


def _job_with_upload(spool: Spool) -> tuple[Manifest, Spooled]:
    job = queued()
    stored = _store(spool, b"flour", claim=claim_of(job.job_id))
    return msgspec.structs.replace(job, sources=(stored,)), stored


def test_an_upload_comes_back_as_it_was_sent_to_whoever_opens_the_spool(
    spool: Spool, open_stores: Callable[[], JobStores]
) -> None:
    stored = _store(spool, b"flour")
    sha256 = hashlib.sha256(b"flour").hexdigest()
    assert (stored.sha256, stored.bytes, stored.uri) == (sha256, 5, "a.txt")
    assert stored.media_type == "text/plain"
    assert open_stores().spool.read(stored, 5) == b"flour"


def test_all_documents_of_a_job_come_back_and_go_together(spool: Spool) -> None:
    sent = [b"flour", b"", b"bran", b"flour", b"x" * (2 * MIB + 1)]
    with spool.storing("c0ffee") as spooling:
        for data in sent:
            spooling.add(io.BytesIO(data), 9 * MIB, uri=None, media_type=None)
    assert [spool.read(stored, 9 * MIB) for stored in spooling.stored] == sent
    assert [stored.bytes for stored in spooling.stored] == [len(data) for data in sent]
    spool.discard([InlineText("a", "text"), *spooling.stored])
    assert all(_is_gone(spool, stored) for stored in spooling.stored)


def test_an_upload_over_the_limit_of_its_reader_is_too_large(spool: Spool) -> None:
    stored = _store(spool, b"flour")
    with pytest.raises(DocumentError, match="it has 5 bytes, the limit is 4") as caught:
        spool.read(stored, 4)
    assert caught.value.document_code == DocumentCode.TOO_LARGE


def test_a_document_without_a_name_is_named_by_its_content(spool: Spool) -> None:
    stored = spool.store(io.BytesIO(b"flour"), 10, uri=None, media_type=None)
    assert stored.uri == f"sha256:{stored.sha256}"


def test_the_same_bytes_twice_are_two_claims_and_dropping_one_keeps_the_other(
    spool: Spool,
) -> None:
    first, second = _store(spool, b"flour"), _store(spool, b"flour")
    assert first.sha256 == second.sha256 and first.claim != second.claim
    spool.discard([first])
    spool.discard([first])
    assert _is_gone(spool, first)
    assert spool.read(second, 10) == b"flour"


@pytest.mark.parametrize("size", [0, 999, 1000])
def test_up_to_the_limit_is_taken(spool: Spool, size: int) -> None:
    assert spool.read(_store(spool, b"x" * size), size) == b"x" * size


@pytest.mark.parametrize("size", [1001, 3 * MIB])
def test_over_the_limit_nothing_is_left(stores: JobStores, size: int) -> None:
    with pytest.raises(BodyTooLarge, match="1000 bytes"):
        _store(stores.spool, b"x" * size, claim=claim_of(queued().job_id))
    assert stores.drop_orphans(time.time() + HOUR_S) == 0


def test_one_document_too_many_takes_the_others_with_it(stores: JobStores) -> None:
    spool, claim = stores.spool, claim_of(queued().job_id)
    with pytest.raises(BodyTooLarge), spool.storing(claim) as spooling:
        first = spooling.add(io.BytesIO(b"flour"), 9, uri=None, media_type=None)
        spooling.add(io.BytesIO(b"far too much flour"), 9, uri=None, media_type=None)
    assert _is_gone(spool, first)
    assert stores.drop_orphans(time.time() + HOUR_S) == 0


def test_a_stream_that_breaks_off_leaves_nothing(stores: JobStores) -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise ConnectionResetError("the client went away")

    claim = claim_of(queued().job_id)
    with pytest.raises(ConnectionResetError):
        stores.spool.store(Broken(), 10, uri="a", media_type=None, claim=claim)
    assert stores.drop_orphans(time.time() + HOUR_S) == 0


def test_an_endless_stream_is_read_no_further_than_the_limit(spool: Spool) -> None:
    class Endless:
        taken = 0

        def read(self, size: int, /) -> bytes:
            self.taken += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(BodyTooLarge):
        spool.store(stream, 3 * MIB, uri="a", media_type=None)
    assert 3 * MIB < stream.taken <= 16 * MIB


def test_a_large_upload_takes_flat_memory(spool: Spool) -> None:
    class Large:
        left = 64 * MIB

        def read(self, size: int, /) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return b"x" * size

    tracemalloc.start()
    try:
        stored = spool.store(Large(), 100 * MIB, uri="a", media_type=None)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored.bytes == 64 * MIB
    assert peak < 32 * MIB


@pytest.mark.parametrize(
    ("state", "goes"),
    [(JobState.SUCCEEDED, True), (JobState.PARTIAL, False), (JobState.FAILED, False)],
)
def test_the_uploads_of_an_ended_job_go_unless_a_retry_will_read_them(
    spool: Spool, state: JobState, goes: bool
) -> None:
    job, stored = _job_with_upload(spool)
    ended = msgspec.structs.replace(job, state=state)
    spool.release(ended)
    spool.release(ended)
    assert _is_gone(spool, stored) is goes


def test_an_upload_that_no_job_was_made_of_goes_by_age(stores: JobStores) -> None:
    _, stored = _job_with_upload(stores.spool)
    assert stores.drop_orphans(time.time() - HOUR_S) == 0
    assert stores.spool.read(stored, 5) == b"flour"
    assert stores.drop_orphans(time.time() + HOUR_S) == 1
    assert _is_gone(stores.spool, stored)
    assert stores.drop_orphans(time.time() + HOUR_S) == 0


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.FAILED, JobState.PARTIAL])
def test_an_upload_that_a_job_or_its_retry_may_read_is_no_orphan(
    stores: JobStores, state: JobState
) -> None:
    job, stored = _job_with_upload(stores.spool)
    stores.manifests.create(job)
    if state.terminal:
        stores.manifests.settle(msgspec.structs.replace(job, state=state, finished_at=NOON))
    assert stores.drop_orphans(time.time() + HOUR_S) == 0
    assert stores.spool.read(stored, 5) == b"flour"


def test_an_upload_whose_claim_is_no_jobs_is_kept(stores: JobStores) -> None:
    stored = _store(stores.spool, b"flour", claim="0badc0de")
    assert stores.drop_orphans(time.time() + HOUR_S) == 0
    assert stores.spool.read(stored, 5) == b"flour"
