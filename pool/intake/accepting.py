"""The accept path: from the first look at a key to the queue's verdict, with the keys held."""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from gristmill.pool.client import PoolClient
from gristmill.pool.intake.drafts import Draft, Submission, deciding, undecided
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.manifest import JobError, Manifest, Moment
from gristmill.schemas.jobs.offers import Offer, OfferResult, Verdict, offer_of, owner_of
from gristmill.schemas.jobs.states import JobEvent, advance
from gristmill.schemas.problems.access_errors import TooManyRequests
from gristmill.schemas.problems.errors import (
    Draining,
    DuplicateJob,
    GristmillError,
    KeyConflict,
    QueueFull,
    StorageFailed,
    SupervisorAway,
    WorkersFailing,
)
from gristmill.storage import faults
from gristmill.storage.disk.overlapped import overlapped
from gristmill.storage.records.keys import KeyRecord
from gristmill.storage.stores import Stores

_FORGET_WAIT_S = 2.0
_log = logging.getLogger(__name__)


class Accepting:
    """Decides drafts that have manifests, no two with the same key. Each step is one for all of
    them: one wait for the disk, one round trip to the queue."""

    def __init__(self, stores: Stores, settings: Settings, client: PoolClient) -> None:
        self._settings, self._client = settings, client
        self._manifests, self._keys = stores.manifests, stores.keys

    def __call__(self, drafts: Sequence[Draft]) -> None:
        # From the first look to the offer the keys' locks are held, so that whoever holds one
        # later sees either no job of its keys or one that the queue knows.
        with deciding(drafts):
            self._client.ensure()
            with self._keys.hold([draft.manifest.key for draft in drafts]):
                self._decide(drafts)

    def _decide(self, drafts: Sequence[Draft]) -> None:
        faults.hit("accept.before_record")
        for draft in drafts:
            if draft.manifest.explicit_key:
                with deciding([draft]):
                    self._look_up(draft)
        self._store(undecided(drafts))
        faults.hit("accept.before_offer")
        self._offer(undecided(drafts))
        faults.hit("accept.after_offer")

    def _look_up(self, draft: Draft) -> None:
        """Decide a draft whose key stands for a job already."""
        manifest = draft.manifest
        record = self._keys.read(manifest.key)
        if record is None or not is_job_id(record.job_id):
            return  # a damaged one leads nowhere
        if self._manifests.is_pending(record.job_id):
            raise _duplicate(record.job_id)
        stored = self._manifests.read(record.job_id)
        if stored is None or (stored.error and stored.error.code == QueueFull.code):
            return
        if record.request != manifest.request:
            raise KeyConflict(
                f"the Idempotency-Key was used for job {record.job_id} with another request; "
                "use a new key",
                job_id=record.job_id,
            )
        draft.outcome = Submission(stored, created=False)

    def _store(self, drafts: Sequence[Draft]) -> None:
        manifests = [draft.manifest for draft in drafts]
        try:
            # The record before the manifest: a crash in between leaves one that names no job and
            # means nothing, never a job that its key does not lead to. A derived key has none: it
            # matters only while its job is pending, and of that the queue decides.
            self._keys.write_all(
                [(m.key, KeyRecord(m.job_id, m.request)) for m in manifests if m.explicit_key]
            )
            faults.hit("accept.before_manifest")
            self._manifests.create_all(manifests)
        except BaseException:
            # The last fsync may fail when a file has its name already: what is answered as
            # refused must not be there for a sweep to run.
            self._undo(manifests)
            raise

    def _offer(self, drafts: Sequence[Draft]) -> None:
        withdrawn: list[tuple[Draft, GristmillError]] = []
        full: list[Draft] = []
        for draft, result in zip(drafts, self._verdicts(drafts), strict=True):
            if error := _reason(result, draft):
                withdrawn.append((draft, error))
            elif result.verdict is Verdict.FULL:
                full.append(draft)
            else:
                draft.outcome = Submission(draft.manifest, created=True)
                _tell(draft.manifest)
        if withdrawn:
            self._withdraw(withdrawn)
        if full:
            overlapped(self._turn_away, full)
            self._undo([d.manifest for d in full if not isinstance(d.outcome, QueueFull)])
            self._client.announce([draft.job_id for draft in full])

    def _verdicts(self, drafts: Sequence[Draft]) -> list[OfferResult]:
        offers = [offer_of(draft.manifest) for draft in drafts]
        results = self._ask(offers)
        deadline = time.monotonic() + _FORGET_WAIT_S
        # A job that had the key ended on disk a moment ago; the queue is about to forget it.
        while (
            again := [n for n, result in enumerate(results) if self._is_over(result, offers[n])]
        ) and time.monotonic() < deadline:
            time.sleep(0.002)
            for n, result in zip(again, self._ask([offers[n] for n in again]), strict=True):
                results[n] = result
        return results

    def _ask(self, offers: Sequence[Offer]) -> list[OfferResult]:
        try:
            return self._client.offer_many(offers) if offers else []
        except SupervisorAway:
            # Perhaps it got the offers, perhaps not. The manifests are durable and will be run by
            # whoever supervises next, so the truthful answer is that the jobs are accepted.
            return [OfferResult(Verdict.ACCEPTED)] * len(offers)

    def _is_over(self, result: OfferResult, offer: Offer) -> bool:
        return (
            result.verdict is Verdict.DUPLICATE
            and result.job_id != offer.job_id
            and not self._manifests.is_pending(result.job_id or "")
        )

    def _withdraw(self, drafts: Sequence[tuple[Draft, GristmillError]]) -> None:
        manifests = [draft.manifest for draft, _ in drafts]
        with deciding([draft for draft, _ in drafts]):
            self._manifests.withdraw(*(manifest.job_id for manifest in manifests))
            self._free_keys(manifests)
            for draft, error in drafts:
                draft.outcome = error

    def _free_keys(self, manifests: Sequence[Manifest]) -> None:
        self._keys.remove(*(m.key for m in manifests if m.explicit_key))

    def _undo(self, manifests: Sequence[Manifest]) -> None:
        """Withdraw as far as a failing disk allows."""
        if not manifests:
            return
        with suppress(OSError, StorageFailed):
            self._manifests.withdraw(*(manifest.job_id for manifest in manifests))
        with suppress(OSError, StorageFailed):
            self._free_keys(manifests)

    def _turn_away(self, draft: Draft) -> None:
        message = f"the queue is full ({self._settings.queue_depth} jobs are waiting)"
        with deciding([draft]):
            self._manifests.settle(_rejected(draft.manifest, message))
            self._free_keys([draft.manifest])
            draft.outcome = QueueFull(f"{message}; try again in a moment", job_id=draft.job_id)


def _tell(manifest: Manifest) -> None:
    if _log.isEnabledFor(logging.DEBUG):
        fields = {
            "job": manifest.job_id,
            "collection": manifest.collection,
            "key": manifest.submitted_by,
            "request_id": manifest.request_id,
            "traceparent": manifest.traceparent,
        }
        _log.debug("job queued", extra={"fields": fields})


def _rejected(manifest: Manifest, message: str) -> Manifest:
    state, now = advance(manifest.state, JobEvent.TURNED_AWAY), datetime.now(UTC)
    return msgspec.structs.replace(
        manifest,
        state=state,
        finished_at=now,
        error=JobError(QueueFull.code, message),
        history=(*manifest.history, Moment(state, now)),
    )


def _reason(result: OfferResult, draft: Draft) -> GristmillError | None:
    """Why a job is withdrawn that was offered; None where it is not. A duplicate of itself was
    found by the sweep before us."""
    if result.verdict is Verdict.DUPLICATE and result.job_id != draft.job_id:
        return _duplicate(result.job_id or "")
    if result.verdict is Verdict.DRAINING:
        return Draining("the service is shutting down and accepts no jobs; try again later")
    if result.verdict is Verdict.PAUSED:
        return WorkersFailing(
            "workers die as soon as they start, so nothing is accepted; the log says why"
        )
    if result.verdict is Verdict.OVER_QUOTA:
        return TooManyRequests(
            f"{owner_of(draft.manifest)} has as many waiting jobs as it may (quota_waiting_jobs); "
            "wait until some have begun"
        )
    return None


def _duplicate(job_id: str) -> DuplicateJob:
    return DuplicateJob(
        f"the same submission is pending as job {job_id}; follow that one", job_id=job_id
    )
