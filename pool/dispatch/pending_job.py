"""What the queue knows of a pending job."""

from collections import deque
from datetime import datetime
from typing import NamedTuple

import msgspec

from gristmill.schemas.jobs.manifest import Counts, JobError
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.tasks import Report, Task


class PendingJob:
    """One pending job in memory, of which there may be 100,000: so it keeps no more of its offer
    than is needed, and no task before there is one to keep. Guarded by the queue's lock, but for
    `settled`: that its end is written is what the settler says (`pool.settling.one_writer`).

    `to_plan`: its first task, the plan, is still to be made.
    """

    __slots__ = (
        "cancelled",
        "counts",
        "error",
        "finished_at",
        "in_returned",
        "in_rotation",
        "job_id",
        "key",
        "outstanding",
        "owner",
        "priority",
        "settled",
        "small",
        "started",
        "started_at",
        "tasks",
        "timeout_s",
        "to_plan",
    )

    def __init__(self, offer: Offer) -> None:
        self.job_id, self.key, self.owner = offer.job_id, offer.key, offer.owner
        self.priority, self.small, self.timeout_s = offer.priority, offer.small, offer.timeout_s
        # An empty deque takes 600 bytes.
        self.tasks: deque[Task] | None = None
        self.to_plan = False
        self.outstanding = 0
        self.started = self.in_rotation = self.in_returned = False
        self.cancelled = self.settled = False
        self.started_at: datetime | None = None
        self.finished_at: datetime | None = None
        self.counts: Counts | None = None
        self.error: JobError | None = None

    @property
    def waiting(self) -> int:
        """Its tasks that no worker has, besides delayed ones."""
        return self.to_plan + len(self.tasks or ())


class Replacement(NamedTuple):
    """A task that takes a lost one's place, to be leased after `delay_s` seconds."""

    task: Task
    delay_s: float = 0.0

    def as_lost(self) -> "Replacement":
        """The same, of a worker that may only seem to be dead."""
        return self._replace(task=msgspec.structs.replace(self.task, lost=True))


def left_by(task: Task, report: Report) -> list[Replacement]:
    """What of a task is to be done again, as its worker reports. Its blow is in the ledger by now,
    or may be: a document is never struck twice for one."""
    kept = msgspec.structs.replace(task, blow=None)
    if report.released:
        return [Replacement(kept, report.delay_s)]
    return [
        Replacement(msgspec.structs.replace(kept, first=n, last=n + 1), delay_s)
        for n, delay_s in ((again.ordinal, again.delay_s) for again in report.again)
    ]
