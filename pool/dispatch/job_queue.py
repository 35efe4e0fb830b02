"""The bounded job queue: every decision about who works on what is one atomic method here.

It holds ids and counters only. The manifests on disk are the truth; this may vanish at any
moment and is rebuilt from them (`pool.recovery`). The Manager serves it to all processes.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from gristmill.pool.dispatch.admission import admit
from gristmill.pool.dispatch.backlog import Backlog
from gristmill.pool.dispatch.handing import Handing
from gristmill.pool.dispatch.leases import Leases
from gristmill.pool.dispatch.pending_job import PendingJob, Replacement, left_by
from gristmill.pool.dispatch.waiting import Waiting
from gristmill.schemas.jobs.manifest import JobError
from gristmill.schemas.jobs.offers import Offer, OfferResult, QueueStats, Verdict
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId, first_token


class JobQueue:
    """`on_accepted` gets an offer, `on_started` and `on_finished` an entry, `on_reported` a task
    and its report; they are called under the lock and must only enqueue. `timeout_s` is for
    documents of jobs that do not say, with the supervisor's `term` tokens of leases grow. As many
    workers as `seats` have leases at once (None: any); `quota`: waiting jobs of a key (0: any)."""

    def __init__(
        self,
        depth: int,
        timeout_s: float,
        *,
        on_started: Callable[[PendingJob], None],
        on_finished: Callable[[PendingJob], None],
        on_accepted: Callable[[Offer], None] = lambda _: None,
        on_reported: Callable[[Task, Report], None] = lambda task, report: None,
        clock: Callable[[], float] = time.monotonic,
        term: int = 0,
        seats: int | None = None,
        quota: int = 0,
    ) -> None:
        self._clock, self._on_accepted, self._on_started = clock, on_accepted, on_started
        self._on_finished, self._on_reported = on_finished, on_reported
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        # Apart from `_changed`, so that an offer's one wake-up reaches a worker that may take it.
        self._forgotten = threading.Condition(lock)
        self._spare = threading.Condition(lock)
        self._entries: dict[str, PendingJob] = {}
        self._keys: dict[str, str] = {}
        self._waiting = Waiting(depth, quota)
        self._backlog = Backlog(timeout_s, first_token(term))
        self._leases = Leases(seats)
        self._handing = Handing(self._backlog, self._leases, self._has_turn, self._waiting)
        self._accepted, self._finished, self._rejected, self._moved_at = 0, 0, 0, clock()
        self._draining = self._paused = self._held_up = False

    def offer(self, offer: Offer, force: bool = False) -> OfferResult:
        """Take a job whose manifest is on disk. `force` (recovery, retry) passes the bound and
        a drain, never the pending-ID set."""
        with self._changed:
            occupancy = self._waiting.occupancy(offer.owner, self._draining, self._paused)
            result = admit(occupancy, self._keys.get(offer.key), force=force)
            if result.verdict is Verdict.FULL:
                self._rejected += 1
            elif result.verdict is Verdict.ACCEPTED:
                self._take_in(offer)
                self._on_accepted(offer)
                self._changed.notify()
            return result

    def offer_many(self, offers: Sequence[Offer]) -> list[OfferResult]:
        """Take jobs in their order, each a decision of its own: leases come in between."""
        return [self.offer(offer) for offer in offers]

    def restore(self, offers: Iterable[Offer]) -> int:
        """Take the jobs of an earlier run, in their order, past the bound; lists have them.
        Returns how many: of those with one key, only the first."""
        with self._changed:
            before = len(self._entries)
            for offer in offers:
                if offer.key not in self._keys:
                    self._take_in(offer)
            self._changed.notify_all()
            return len(self._entries) - before

    def cancel(self, job_id: str) -> PendingJob | None:
        """Drop what no worker has of a job; None when the job is not pending here."""
        with self._changed:
            entry = self._entries.get(job_id)
            if entry is not None and not entry.cancelled:
                entry.cancelled = True
                self._backlog.drop(entry)
                self._finish_if_done(entry)
            return entry

    def pending(self, job_id: str) -> PendingJob | None:
        """A job, where it is pending here."""
        with self._changed:
            return self._entries.get(job_id)

    def holder(self, key: str) -> str | None:
        """The pending job that has a key."""
        with self._changed:
            return self._keys.get(key)

    def pending_ids(self) -> set[str]:
        with self._changed:
            return set(self._entries)

    def forget(self, *job_ids: str) -> None:
        """The jobs' terminal manifests are durable: their keys may be used again."""
        with self._changed:
            for job_id in job_ids:
                del self._keys[self._entries.pop(job_id).key]
            self._finished += len(job_ids)
            self._forgotten.notify_all()

    def stats(self) -> QueueStats:
        with self._changed:
            return QueueStats(
                waiting=self._waiting.count,
                running=len(self._entries) - self._waiting.count,
                leased=self._leases.tasks,
                workers=self._leases.workers,
                depth=self._waiting.depth,
                draining=self._draining,
                accepted=self._accepted,
                finished=self._finished,
                rejected=self._rejected,
                idle_s=self._clock() - self._moved_at,
            )

    def wait_for_idle(self, timeout_s: float) -> bool:
        """Wait until no job is pending; False after `timeout_s` seconds."""
        with self._forgotten:
            return self._forgotten.wait_for(lambda: not self._entries, timeout_s)

    def wait_until_forgotten(self, entry: PendingJob, timeout_s: float) -> bool:
        """Wait until a job's end is durable; False after `timeout_s` seconds."""
        with self._forgotten:
            return self._forgotten.wait_for(
                lambda: self._entries.get(entry.job_id) is not entry, timeout_s
            )

    def pause(self, paused: bool) -> None:
        """Close or open the intake. What was accepted is handed out all the same."""
        with self._changed:
            self._paused = paused

    def hold(self, held_up: bool) -> None:
        """Hand out nothing, or go on: what can be done cannot be kept at the moment."""
        with self._changed:
            if held_up != self._held_up:
                self._held_up = held_up
                self._changed.notify_all()

    def drain(self) -> None:
        """Accept and hand out nothing more: every lease from now on tells its worker to stop."""
        with self._changed:
            self._draining = True
            self._changed.notify_all()
            self._spare.notify_all()

    # -- workers ------------------------------------------------------------------------------

    def enrol(self, worker: WorkerId) -> None:
        """A worker begins. Only an enrolled one is given leases: a request that a worker sent
        just before its death must not carry work off after `revoke`."""
        with self._changed:
            self._leases.enrol(worker)

    def lease(
        self, worker: WorkerId, finished: Sequence[Report], wait_s: float
    ) -> list[Task] | None:
        """Report what is done and take what is next. Waits up to `wait_s` seconds; an empty list
        says that there was nothing, None says stop."""
        with self._changed:
            held = self._held(worker)
            self._settle(held, finished)
            deadline = self._clock() + wait_s
            # Looked up again after each wait: the worker may have been revoked meanwhile.
            while not self._draining and self._leases.of(worker) is held:
                now, seated = self._clock(), self._leases.seat(worker)
                if seated and not self._held_up and (tasks := self._handing.next_tasks(now)):
                    held.update((task.task_id, task) for task in tasks)
                    return tasks
                if (left := deadline - now) <= 0:
                    return []
                (self._changed if seated else self._spare).wait(
                    self._handing.longest_wait(now, left)
                )
            return None

    def report(self, worker: WorkerId, finished: Sequence[Report]) -> None:
        """Report what is done, before tasks that are leased already."""
        with self._changed:
            self._settle(self._held(worker), finished)

    def leave(self, worker: WorkerId, finished: Sequence[Report]) -> None:
        """A worker ends in good order: its last reports count, what it still holds goes back."""
        with self._changed:
            self._settle(self._held(worker), finished)
            for task in self._revoke(worker):
                self._replace(task, [Replacement(task)])

    def revoke(self, worker: WorkerId) -> list[Task]:
        """A worker is dead: take its leases away. Its tasks stay outstanding until the caller
        replaces each; a late report about them counts for nothing."""
        with self._changed:
            return self._revoke(worker)

    def replace(
        self, task: Task, parts: Sequence[Replacement], error: JobError | None = None
    ) -> None:
        """Put `parts` in the place of a revoked task; none at all when it is done with.
        `error` ends the whole job as failed."""
        with self._changed:
            if error and (entry := self._entries.get(task.job_id)):
                entry.error = error
            # Its worker may only seem to be dead: whoever has it next fences that one off.
            self._replace(task, [part.as_lost() for part in parts])

    def token(self) -> int:
        """A fencing token greater than that of any lease so far, and less than any to come."""
        with self._changed:
            return self._backlog.token()

    def workers_with_leases(self) -> set[WorkerId]:
        with self._changed:
            return self._leases.busy()

    def holders(self, job_id: str) -> list[WorkerId]:
        """The workers that hold a lease on a part of a job."""
        with self._changed:
            return self._leases.holders(job_id)

    # -- under the lock -----------------------------------------------------------------------

    def _take_in(self, offer: Offer) -> None:
        entry = self._entries[offer.job_id] = PendingJob(offer)
        self._keys[offer.key] = offer.job_id
        self._accepted += 1
        self._waiting.add(entry)
        self._backlog.plan(entry)

    def _held(self, worker: WorkerId) -> dict[int, Task]:
        held = self._leases.of(worker)
        return {} if held is None else held

    def _revoke(self, worker: WorkerId) -> list[Task]:
        tasks = self._leases.revoke(worker)
        self._spare.notify()
        if self._handing.waits_for_leases:
            self._changed.notify_all()
        return tasks

    def _settle(self, held: dict[int, Task], reports: Sequence[Report]) -> None:
        if reports and self._handing.waits_for_leases:
            self._changed.notify_all()
        for report in reports:
            # Not of a revoked lease, whose task another has: the ledger lets one have an effect.
            task = held.pop(report.task_id, None)
            entry = self._entries.get(task.job_id) if task else None
            if task is None or entry is None:
                continue
            if not report.released:
                entry.error = report.error or entry.error
                entry.counts = report.counts
                if not entry.cancelled:
                    self._backlog.run(entry, report.groups, returned=task.lost)
                if report.groups:
                    self._changed.notify_all()
                self._moved_at = self._clock()
            self._on_reported(task, report)
            self._replace(task, left_by(task, report))

    def _replace(self, task: Task, parts: Sequence[Replacement]) -> None:
        entry = self._entries.get(task.job_id)
        if entry is not None:
            self._backlog.replace(entry, parts, self._clock())
            self._finish_if_done(entry)
            if parts:
                self._changed.notify_all()

    def _has_turn(self, entry: PendingJob) -> None:
        self._moved_at = self._clock()
        if not entry.started:
            entry.started = True
            entry.started_at = datetime.now(UTC)
            self._waiting.drop(entry)
            self._on_started(entry)

    def _finish_if_done(self, entry: PendingJob) -> None:
        if entry.outstanding == 0 and entry.finished_at is None:
            entry.finished_at = datetime.now(UTC)
            if not entry.started:
                self._waiting.drop(entry)
            self._on_finished(entry)
