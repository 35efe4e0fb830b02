"""Accepting a job: all of it, or nothing at all is left behind."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from support.arming import arm
from support.job_samples import NOON, queued

from gristmill.pool.intake.drafts import Submission
from gristmill.pool.intake.intake import Intake
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import Offer, OfferResult, Verdict
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import PathSource, Spooled, TextSource, UrlSource
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import (
    Draining,
    DuplicateJob,
    GristmillError,
    InvalidRequest,
    KeyConflict,
    PathEmpty,
    PathForbidden,
    PathNotFound,
    QueueFull,
    StorageFailed,
    StorageFull,
    SupervisorAway,
    TextTooLarge,
    TooManySources,
    UnsupportedOption,
    UrlsDisabled,
)
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.records.keys import Keys
from gristmill.storage.spool import Spool
from gristmill.storage.stores import Stores

LARGE = "A long text about flour. " * 1000
ACCEPTED = OfferResult(Verdict.ACCEPTED)
AWAY = SupervisorAway("nobody answers")


class Counter:
    """What the intake knows of a supervisor. Gives the `answers` in order, then accepts."""

    def __init__(self) -> None:
        self.away = False
        self.answers: list[OfferResult | BaseException | Callable[[Offer], OfferResult]] = []
        self.offers: list[Offer] = []
        self.announced: list[str] = []

    def ensure(self) -> None:
        if self.away:
            raise AWAY

    def offer_many(self, offers: Sequence[Offer]) -> list[OfferResult]:
        return [self._answer(offer) for offer in offers]

    def _answer(self, offer: Offer) -> OfferResult:
        self.offers.append(offer)
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if isinstance(answer, BaseException):
            raise answer
        return answer(offer) if callable(answer) else answer

    def announce(self, job_ids: Sequence[str]) -> None:
        self.announced += job_ids


class Mill:
    """A data folder and the intake to it."""

    def __init__(self, root: Path) -> None:
        self.folder = DataFolder.open(root / "data")
        self.files = root / "files"
        self.files.mkdir()
        self.counter = Counter()
        self.manifests, self.keys = Manifests(self.folder), Keys(self.folder)
        self.settings = Settings(
            data=str(self.folder.root),
            allow_roots=[str(self.files)],
            max_sources=3,
            max_text_bytes=100_000,
            max_metadata_bytes=100,
        )
        self.intake = Intake(Stores(self.folder), self.settings, self.counter)  # type: ignore[arg-type]

    def upload(self, data: bytes = b"uploaded") -> Spooled:
        spool = Spool(self.folder)
        return spool.store(io.BytesIO(data), 10**6, uri="up.txt", media_type=None)

    def submit(self, *texts: str, key: str | None = None, upload: bool = True) -> Submission:
        task = IngestionTask(sources=[TextSource(text, text[:9]) for text in texts or ("Flour",)])
        return self.intake.submit(task, key=key, uploads=[self.upload()] if upload else [])

    def end(self, manifest: Manifest) -> Manifest:
        ended = msgspec.structs.replace(manifest, state=JobState.SUCCEEDED, finished_at=NOON)
        self.manifests.settle(ended)
        return ended

    def left(self) -> set[Path]:
        """Every file in the data folder but the locks, and batch files without a pending job,
        which the supervisor removes."""
        files = {path for path in self.folder.root.rglob("*") if path.is_file()}
        empty = {
            path for path in Batches(self.folder).paths() if not Batches(self.folder).ids(path)
        }
        return {path for path in files - empty if path.name != ".lock"}

    def spooled(self) -> set[Path]:
        return {path for path in self.left() if path.is_relative_to(self.folder.spool)}


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    return Mill(tmp_path)


def test_where_an_upload_lies_does_not_change_what_is_asked_for(mill: Mill) -> None:
    first = mill.upload()
    with Spool(mill.folder).storing("c0ffee") as spooling:
        for data in (b"before", b"uploaded"):
            stored = spooling.add(io.BytesIO(data), 10, uri="up.txt", media_type=None)
    old = Spooled(stored.uri, stored.sha256, "c0ffee", stored.bytes)
    requests = [
        mill.intake.submit(IngestionTask(sources=[]), uploads=[upload]).manifest.request
        for upload in (first, stored, old)
    ]
    assert len(set(requests)) == 1


@pytest.mark.parametrize("key", [None, "my key"])
def test_an_accepted_job_is_on_disk_before_it_is_offered(mill: Mill, key: str | None) -> None:
    def look(offer: Offer) -> OfferResult:
        assert mill.manifests.is_pending(offer.job_id)
        record = mill.keys.read(offer.key)
        assert (record.job_id if record else None) == (offer.job_id if key else None)
        return ACCEPTED

    mill.counter.answers = [look]
    manifest, created = mill.submit("Flour", LARGE, key=key)
    assert created and manifest.state is JobState.QUEUED
    assert mill.manifests.read(manifest.job_id) == manifest
    # The manifest, the upload, the large text, and the record of a caller's key.
    assert len(mill.left()) == (4 if key else 3)
    assert [offer.job_id for offer in mill.counter.offers] == [manifest.job_id]


def _wrong(**fields: object) -> Callable[[Mill], IngestionTask]:
    sources = fields.pop("sources", [TextSource(LARGE)])
    return lambda mill: IngestionTask(sources=sources, **fields)  # type: ignore[arg-type]


def _path(name: str, glob: str | None = None) -> Callable[[Mill], IngestionTask]:
    return lambda mill: IngestionTask(
        sources=[TextSource(LARGE), PathSource(str(mill.files / name), glob)]
    )


REFUSED: list[tuple[type[GristmillError], Callable[[Mill], IngestionTask]]] = [
    (UnsupportedOption, _wrong(webhook="https://example.org/")),
    (InvalidRequest, _wrong(metadata={"note": "x" * 100})),
    (InvalidRequest, _wrong(sources=[TextSource(LARGE), TextSource("half \ud800")])),
    (InvalidRequest, _wrong(sources=[TextSource(LARGE), TextSource("a", "half \ud800")])),
    (TooManySources, _wrong(sources=[TextSource(LARGE)] * 4)),
    (TextTooLarge, _wrong(sources=[TextSource(LARGE), TextSource("x" * 100_001)])),
    (UrlsDisabled, _wrong(sources=[TextSource(LARGE), UrlSource("https://example.org/")])),
    (PathForbidden, _path("../data")),
    (PathNotFound, _path("missing")),
    (PathNotFound, _path("x" * 300)),
    (PathEmpty, _path("")),
    (InvalidRequest, _path("", ".")),
]


@pytest.mark.parametrize(
    ("error", "make"), REFUSED, ids=[f"{n} {e.code}" for n, (e, _) in enumerate(REFUSED)]
)
def test_a_refused_request_leaves_nothing_behind(
    mill: Mill, error: type[GristmillError], make: Callable[[Mill], IngestionTask]
) -> None:
    with pytest.raises(error):
        mill.intake.submit(make(mill), uploads=[mill.upload()])
    assert mill.left() == set() and mill.counter.offers == []


@pytest.mark.parametrize("key", ["", "x" * 256, "line\nbreak", "nul\0", "half \ud800"])
def test_a_key_that_is_none_is_refused(mill: Mill, key: str) -> None:
    with pytest.raises(InvalidRequest, match="idempotency key"):
        mill.submit(key=key)
    assert mill.left() == set()


def test_a_key_whose_record_is_damaged_is_as_good_as_new(mill: Mill) -> None:
    first, _ = mill.submit(key="my key")
    record = mill.folder.key_path(first.key)
    record.write_bytes(record.read_bytes().replace(first.job_id[:8].encode(), b"_" * 8))
    second, created = mill.submit(key="my key")
    assert created and second.job_id != first.job_id


def test_without_a_supervisor_nothing_is_stored(mill: Mill) -> None:
    mill.counter.away = True
    with pytest.raises(SupervisorAway):
        mill.submit(LARGE)
    assert mill.left() == set()


@pytest.mark.parametrize("key", [None, "my key"])
def test_a_supervisor_that_goes_after_the_manifest_leaves_an_accepted_job(
    mill: Mill, key: str | None
) -> None:
    mill.counter.answers = [AWAY]
    manifest, created = mill.submit(LARGE, key=key)
    assert created and mill.manifests.is_pending(manifest.job_id)
    assert len(mill.spooled()) == 2
    if key is None:
        # Of a derived key the queue decides, which the next supervisor makes from the manifests.
        mill.counter.answers = [OfferResult(Verdict.DUPLICATE, manifest.job_id)]
    with pytest.raises(DuplicateJob):
        mill.submit(LARGE, key=key)


def test_an_interrupt_after_the_manifest_leaves_the_job_its_bytes(mill: Mill) -> None:
    mill.counter.answers = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        mill.submit(LARGE)
    assert len(mill.manifests.pending_ids()) == 1
    assert len(mill.spooled()) == 2


@pytest.mark.parametrize("key", [None, "my key"])
def test_a_drain_leaves_nothing_behind(mill: Mill, key: str | None) -> None:
    mill.counter.answers = [OfferResult(Verdict.DRAINING)]
    with pytest.raises(Draining):
        mill.submit(LARGE, key=key)
    assert mill.left() == set()


@pytest.mark.parametrize("key", [None, "my key"])
def test_a_full_queue_leaves_a_failed_manifest_only_and_frees_the_key(
    mill: Mill, key: str | None
) -> None:
    mill.counter.answers = [OfferResult(Verdict.FULL)]
    with pytest.raises(QueueFull) as caught:
        mill.submit(LARGE, key=key)
    job_id = str(caught.value.extra["job_id"])
    rejected = mill.manifests.read(job_id)
    assert rejected is not None and rejected.error is not None
    assert (rejected.state, rejected.error.code) == (JobState.FAILED, "queue_full")
    assert rejected.finished_at is not None
    assert mill.manifests.pending_ids() == [] and mill.spooled() == set()
    assert mill.counter.announced == [job_id]
    again, created = mill.submit(LARGE, key=key)
    assert created and again.job_id != job_id


def test_a_full_queue_and_a_full_disk_leave_nothing_to_run(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(offer: Offer) -> OfferResult:
        arm(monkeypatch, "disk:write=enospc")
        return OfferResult(Verdict.FULL)

    mill.counter.answers = [fill]
    with pytest.raises(StorageFull):
        mill.submit(LARGE)
    assert mill.left() == set()


@pytest.mark.parametrize("key", [None, "my key"])
def test_a_pending_duplicate_is_named_and_leaves_only_the_first(
    mill: Mill, key: str | None
) -> None:
    first = mill.submit(LARGE, key=key).manifest
    before = mill.left()
    if key is None:
        mill.counter.answers = [OfferResult(Verdict.DUPLICATE, first.job_id)]
    with pytest.raises(DuplicateJob) as caught:
        mill.submit(LARGE, key=key)
    assert caught.value.extra["job_id"] == first.job_id
    assert mill.left() == before


def test_a_duplicate_that_only_the_queue_knows_is_withdrawn(mill: Mill) -> None:
    other = queued()
    mill.manifests.create(other)
    mill.counter.answers = [OfferResult(Verdict.DUPLICATE, other.job_id)]
    with pytest.raises(DuplicateJob, match=other.job_id):
        mill.submit(LARGE)
    assert mill.left() == {mill.folder.pending_path(other.job_id)}


def test_a_job_that_the_sweep_has_offered_before_us_is_accepted(mill: Mill) -> None:
    mill.counter.answers = [lambda offer: OfferResult(Verdict.DUPLICATE, offer.job_id)]
    manifest, created = mill.submit()
    assert created and mill.manifests.is_pending(manifest.job_id)


def test_a_job_that_ended_a_moment_ago_is_waited_out(mill: Mill) -> None:
    first = mill.end(mill.submit().manifest)
    still_known = OfferResult(Verdict.DUPLICATE, first.job_id)
    mill.counter.answers = [still_known, still_known, ACCEPTED]
    second, created = mill.submit()
    assert created and second.job_id != first.job_id


def test_a_derived_key_starts_a_new_job_once_the_first_has_ended(mill: Mill) -> None:
    first = mill.end(mill.submit().manifest)
    second, created = mill.submit()
    assert created and second.job_id != first.job_id and second.key == first.key


def test_an_explicit_key_returns_the_stored_job_and_drops_the_uploads(mill: Mill) -> None:
    first = mill.end(mill.submit(LARGE, key="k").manifest)
    before = mill.left()
    assert mill.submit(LARGE, key="k") == (first, False)
    assert mill.left() == before


def test_an_explicit_key_with_another_request_conflicts_and_leaves_nothing(mill: Mill) -> None:
    first = mill.end(mill.submit(LARGE, key="k").manifest)
    before = mill.left()
    with pytest.raises(KeyConflict) as caught:
        mill.submit(LARGE, "and more", key="k")
    assert caught.value.extra["job_id"] == first.job_id
    assert mill.left() == before


def test_a_record_of_a_job_that_never_was_means_nothing(mill: Mill) -> None:
    first = mill.submit(key="k").manifest
    mill.manifests.withdraw(first.job_id)
    second, created = mill.submit("Something else", key="k")
    assert created and second.job_id != first.job_id


POINTS = [
    "spool.write",
    "durable.write",
    "durable.fsync",
    "durable.rename",
    "durable.fsync_folder",
    "pack.write",
    "pack.fsync",
    "accept.before_record",
    "accept.before_manifest",
]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("lasting", [True, False])
def test_a_disk_that_fails_at_the_nth_write_leaves_nothing_behind_for_every_n(
    mill: Mill, monkeypatch: pytest.MonkeyPatch, point: str, lasting: bool
) -> None:
    for nth in range(1, 30):
        upload = mill.upload()
        arm(monkeypatch, f"{point}=enospc@{nth}" + ("" if lasting else "!"))
        # With a key of its own its record is durable, too: every point is passed.
        try:
            mill.intake.submit(_large(), key="my key", uploads=[upload])
            break
        except StorageFull:
            arm(monkeypatch, "")
            assert mill.left() == set() and mill.counter.offers == []
    # Each point was passed at least once, and with the last pass behind it the job was accepted.
    assert nth > 1 and len(mill.left()) == 4


def _large() -> IngestionTask:
    return IngestionTask(sources=[TextSource(LARGE)])


def test_when_a_second_large_text_finds_the_disk_full_the_first_is_dropped(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm(monkeypatch, "spool.write=enospc@2")
    with pytest.raises(StorageFull):
        mill.submit(LARGE, LARGE, upload=False)
    assert mill.left() == set()


def test_other_errors_of_the_disk_are_told_apart(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm(monkeypatch, "pack.fsync=eio@1!")
    with pytest.raises(StorageFailed, match="Input/output"):
        mill.submit()
    assert mill.left() == set()
