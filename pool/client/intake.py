"""Accepting a job: after `submit` returns, the job survives everything."""

import errno
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from gristmill.pool.client.connection import PoolClient
from gristmill.pool.client.room import Room
from gristmill.pool.client.sources import discard, store_sources
from gristmill.pool.client.steps import check_steps
from gristmill.schemas.errors import (
    Draining,
    DuplicateJob,
    GristmillError,
    InvalidRequest,
    KeyConflict,
    QueueFull,
    StorageFailed,
    StorageFull,
    SupervisorAway,
    UnsupportedOption,
    WorkersFailing,
)
from gristmill.schemas.ids import uuid7
from gristmill.schemas.manifest import JobError, Manifest, Moment
from gristmill.schemas.offers import Verdict, offer_of
from gristmill.schemas.request import MAX_KEY_CHARS, IngestionTask, key_digest, request_digest
from gristmill.schemas.settings import Settings
from gristmill.schemas.sources import Spooled, StoredSource
from gristmill.schemas.states import JobEvent, JobState, advance
from gristmill.storage import faults
from gristmill.storage.keys import KeyRecord, Keys
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.spool import Spool

_FORGET_WAIT_S = 2.0


class Submission(NamedTuple):
    """`created` is False where a stored job is returned again for its Idempotency-Key."""

    manifest: Manifest
    created: bool


class Intake:
    """Turns requests into jobs. Thread-safe; any number of processes may work on one folder."""

    def __init__(self, folder: DataFolder, settings: Settings, client: PoolClient) -> None:
        self._settings, self._client = settings, client
        self._room = Room(folder.root, settings)
        self._manifests, self._keys, self._spool = Manifests(folder), Keys(folder), Spool(folder)

    def submit(
        self,
        task: IngestionTask,
        *,
        key: str | None = None,
        uploads: Sequence[Spooled] = (),
        trusted: bool = False,
    ) -> Submission:
        """Accept a job durably and offer it to the queue.

        `uploads` are documents that are in the spool already; they belong to the job from here
        on and are dropped when it is not accepted. `trusted` callers may name any path.
        Raises DuplicateJob, KeyConflict, QueueFull, Draining, SupervisorAway, StorageFull,
        StorageFailed, InvalidRequest, TooManySources, TextTooLarge, PathForbidden,
        PathNotFound, PathEmpty, UrlsDisabled, UnsupportedOption, UnknownStep, StepUnavailable.
        """
        stored: tuple[StoredSource, ...] = tuple(uploads)
        manifest: Manifest | None = None
        try:
            with _storage_errors():
                self._check(task, key)
                if shortage := self._room.shortage():
                    raise shortage
                self._client.ensure()
                stored += store_sources(task.sources, self._settings, self._spool, trusted)
                manifest = _manifest(task, key, stored)
                with self._keys.hold([manifest.key]):
                    submission = self._submit_held(manifest)
        except BaseException:
            # An interrupt after the manifest leaves an accepted job, which needs its bytes.
            if manifest is None or not self._manifests.is_pending(manifest.job_id):
                discard(stored, self._spool)
            raise
        if not submission.created:
            discard(stored, self._spool)
        return submission

    def _check(self, task: IngestionTask, key: str | None) -> None:
        if task.webhook is not None:
            raise UnsupportedOption("this version does not call webhooks; poll the job instead")
        if key is not None and not (0 < len(key) <= MAX_KEY_CHARS and key.isprintable()):
            raise InvalidRequest(f"an idempotency key has 1 to {MAX_KEY_CHARS} visible characters")
        size = len(msgspec.json.encode(task.metadata)) if task.metadata else 0
        if size > self._settings.max_metadata_bytes:
            raise InvalidRequest(
                f"metadata has {size} bytes, the limit is {self._settings.max_metadata_bytes}"
            )
        check_steps(task.options, self._settings)

    def _submit_held(self, manifest: Manifest) -> Submission:
        """The part under the key's lock: from the first look to the offer, so that whoever holds
        the lock later sees either no job of this key or one that the queue knows."""
        faults.hit("accept.before_record")
        if manifest.explicit_key and (stored := self._stored(manifest)) is not None:
            return Submission(stored, created=False)
        try:
            # The record before the manifest: a crash in between leaves one that names no job and
            # means nothing, never a job that its key does not lead to. A derived key has none: it
            # matters only while its job is pending, and of that the queue decides.
            if manifest.explicit_key:
                self._keys.write(manifest.key, KeyRecord(manifest.job_id, manifest.request))
            faults.hit("accept.before_manifest")
            self._manifests.create(manifest)
        except BaseException:
            # The last fsync may fail when the file has its name already: what is answered as
            # refused must not be there for a sweep to run.
            self._undo(manifest)
            raise
        faults.hit("accept.before_offer")
        self._offer(manifest)
        faults.hit("accept.after_offer")
        return Submission(manifest, created=True)

    def _stored(self, manifest: Manifest) -> Manifest | None:
        """The job that an explicit key stands for; None where it is free to be used."""
        record = self._keys.read(manifest.key)
        if record is None:
            return None
        if self._manifests.is_pending(record.job_id):
            raise _duplicate(record.job_id)
        stored = self._manifests.read(record.job_id)
        if stored is None or (stored.error and stored.error.code == QueueFull.code):
            return None
        if record.request != manifest.request:
            raise KeyConflict(
                f"the Idempotency-Key was used for job {record.job_id} with another request; "
                "use a new key",
                job_id=record.job_id,
            )
        return stored

    def _offer(self, manifest: Manifest) -> None:
        try:
            result = self._client.offer(offer_of(manifest))
            deadline = time.monotonic() + _FORGET_WAIT_S
            # The job that had the key ended on disk a moment ago; the queue is about to forget.
            while (
                result.verdict is Verdict.DUPLICATE
                and result.job_id != manifest.job_id
                and not self._manifests.is_pending(result.job_id or "")
                and time.monotonic() < deadline
            ):
                time.sleep(0.002)
                result = self._client.offer(offer_of(manifest))
        except SupervisorAway:
            # Perhaps it got the offer, perhaps not. The manifest is durable and will be run by
            # whoever supervises next, so the truthful answer is that the job is accepted.
            return
        if result.verdict is Verdict.DUPLICATE and result.job_id != manifest.job_id:
            self._withdraw(manifest)
            raise _duplicate(result.job_id or "")
        if result.verdict is Verdict.DRAINING:
            self._withdraw(manifest)
            raise Draining("the service is shutting down and accepts no jobs; try again later")
        if result.verdict is Verdict.PAUSED:
            self._withdraw(manifest)
            raise WorkersFailing(
                "workers die as soon as they start, so nothing is accepted; the log says why"
            )
        if result.verdict is Verdict.FULL:
            self._turn_away(manifest)

    def _withdraw(self, manifest: Manifest) -> None:
        self._manifests.withdraw(manifest.job_id)
        self._free_key(manifest)

    def _free_key(self, manifest: Manifest) -> None:
        if manifest.explicit_key:
            self._keys.remove(manifest.key)

    def _undo(self, manifest: Manifest) -> None:
        """Withdraw as far as a failing disk allows."""
        with suppress(OSError):
            self._manifests.withdraw(manifest.job_id)
        with suppress(OSError):
            self._free_key(manifest)

    def _turn_away(self, manifest: Manifest) -> None:
        message = f"the queue is full ({self._settings.queue_depth} jobs are waiting)"
        state, now = advance(manifest.state, JobEvent.TURNED_AWAY), datetime.now(UTC)
        rejected = msgspec.structs.replace(
            manifest,
            state=state,
            finished_at=now,
            error=JobError(QueueFull.code, message),
            history=(*manifest.history, Moment(state, now)),
        )
        try:
            self._manifests.settle(rejected)
        except OSError:
            self._undo(manifest)
            raise
        self._free_key(manifest)
        self._client.announce(manifest.job_id)
        raise QueueFull(f"{message}; try again in a moment", job_id=manifest.job_id)


def _manifest(task: IngestionTask, key: str | None, sources: tuple[StoredSource, ...]) -> Manifest:
    now = datetime.now(UTC)
    try:
        request = request_digest(
            (
                [_identity(source) for source in sources],
                task.collection,
                task.priority,
                task.metadata,
                task.options,
                task.timeout_s,
            )
        )
    except (UnicodeEncodeError, TypeError) as error:
        raise InvalidRequest(f"the task is no valid JSON: {error}") from None
    return Manifest(
        job_id=uuid7(time.time_ns(), secrets.randbits(62)),
        state=JobState.QUEUED,
        collection=task.collection,
        priority=task.priority,
        submitted_at=now,
        key=key_digest(key, request),
        explicit_key=key is not None,
        request=request,
        sources=sources,
        history=(Moment(JobState.QUEUED, now),),
        metadata=task.metadata,
        options=task.options,
        timeout_s=task.timeout_s,
    )


def _identity(source: StoredSource) -> StoredSource:
    """What makes two requests the same: an upload's bytes, not the claim it happened to get."""
    return msgspec.structs.replace(source, claim="") if isinstance(source, Spooled) else source


def _duplicate(job_id: str) -> DuplicateJob:
    return DuplicateJob(
        f"the same submission is pending as job {job_id}; follow that one", job_id=job_id
    )


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except GristmillError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                "the disk of the data folder is full; nothing was accepted"
            ) from error
        raise StorageFailed(
            f"the data folder cannot be written ({error.strerror}); nothing was accepted"
        ) from error
