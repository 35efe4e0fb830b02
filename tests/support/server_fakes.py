"""Stand-ins for the supervisor's side: the queue's verdicts, without its processes."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from gristmill.pool.client import PoolClient, QueueStats
from gristmill.pool.events.ring import EventRing
from gristmill.schemas.cluster import NodeLook
from gristmill.schemas.events import Happenings
from gristmill.schemas.jobs.manifest import Manifest, Moment
from gristmill.schemas.jobs.offers import Offer, OfferResult, Problem, Verdict
from gristmill.schemas.jobs.states import JobEvent, JobState, advance
from gristmill.schemas.overview import WorkerLook
from gristmill.schemas.problems.errors import IllegalTransition, JobNotFound, SupervisorAway
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests


class FakeClient(PoolClient):
    """Answers like PoolClient. `verdict` is what the next offers get; `away` hangs up."""

    def __init__(self, folder: DataFolder) -> None:
        self.manifests = Manifests(folder)
        self.ring = EventRing(1)
        self.verdict = Verdict.ACCEPTED
        self.away = False
        self.draining = False
        self.offered: list[str] = []
        self.keys: dict[str, str] = {}

    def manifest(self, job_id: str) -> Manifest:
        """Raises JobNotFound."""
        found = self.manifests.read(job_id)
        if found is None:
            raise JobNotFound(f"there is no job {job_id!r}")
        return found

    def ensure(self) -> None:
        if self.away:
            raise SupervisorAway("no supervisor answers here")

    def offer_many(self, offers: Sequence[Offer]) -> list[OfferResult]:
        return [self.offer(offer) for offer in offers]

    def offer(self, offer: Offer) -> OfferResult:
        self.ensure()
        holder = self.keys.get(offer.key)
        if holder is not None and not self.manifests.is_ended(holder):
            return OfferResult(Verdict.DUPLICATE, holder)
        if self.verdict is Verdict.ACCEPTED:
            self.offered.append(offer.job_id)
            self.keys[offer.key] = offer.job_id
        return OfferResult(self.verdict)

    def announce(self, job_ids: Sequence[str]) -> None:
        pass

    def tell_deleted(self, jobs: Sequence[tuple[str, str]]) -> None:
        for job_id, collection in jobs:
            self.ring.deleted(job_id, collection)

    def flush_index(self, timeout_s: float, words: bool = False) -> None:
        pass

    def stats(self) -> QueueStats:
        self.ensure()
        return QueueStats(0, 0, 0, 1, 10, self.draining, 0, 0, 0, 0.0)

    def problems(self) -> list[Problem]:
        self.ensure()
        return [Problem("draining", "shutting down")] if self.draining else []

    def workers(self) -> list[WorkerLook]:
        self.ensure()
        return []

    def nodes(self) -> list[NodeLook]:
        self.ensure()
        return []

    def happened(self, seq: int | None, wait_s: float = 0.0) -> Happenings:
        self.ensure()
        return msgspec.msgpack.decode(self.ring.since(seq, wait_s, tuple), type=Happenings)

    def cancel(self, job_id: str) -> Manifest:
        self.ensure()
        manifest = self.manifest(job_id)
        if manifest.state.terminal:
            raise IllegalTransition(f"job {job_id} is {manifest.state}")
        return (
            self.manifest(job_id)
            if manifest.state is JobState.RUNNING
            else self.end(job_id, JobEvent.CANCELLED)
        )

    def replay_webhook(self, job_id: str) -> Manifest:
        self.ensure()
        if not self.manifest(job_id).state.terminal:
            raise IllegalTransition(f"job {job_id} has not ended")
        return self.manifest(job_id)

    def retry(self, job_id: str) -> Manifest:
        self.ensure()
        manifest = self.manifest(job_id)
        self.manifests.reopen(moved(manifest, JobEvent.RETRIED))
        return self.manifest(job_id)

    def start(self, job_id: str) -> Manifest:
        self.manifests.write_running(moved(self.manifest(job_id), JobEvent.LEASED))
        return self.manifest(job_id)

    def end(self, job_id: str, event: JobEvent = JobEvent.SUCCEEDED) -> Manifest:
        manifest = self.manifest(job_id)
        if manifest.state is JobState.QUEUED and event is not JobEvent.CANCELLED:
            manifest = self.start(job_id)
        self.manifests.settle(moved(manifest, event))
        return self.manifest(job_id)


def moved(manifest: Manifest, event: JobEvent) -> Manifest:
    """The manifest after `event`."""
    state, now = advance(manifest.state, event), datetime.now(UTC)
    return msgspec.structs.replace(
        manifest,
        state=state,
        finished_at=now if state.terminal else None,
        history=(*manifest.history, Moment(state, now)),
    )


class Watched(threading.Event):
    """A `stopping` event that tells when a long poll waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waited_for = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.waited_for.set()
        return super().wait(timeout)


class Interrupted(threading.Event):
    """A `stopping` event whose first wait does something: what happens while a long poll waits."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.meanwhile = meanwhile
        self.waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        if self.waits == 1:
            self.meanwhile()
        return self.is_set()
