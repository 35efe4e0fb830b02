"""What the queue knows of a pending job."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from gristmill.schemas.manifest import Counts, JobError
from gristmill.schemas.offers import Offer
from gristmill.schemas.tasks import Report, Task


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
        self.job_id, self.key = offer.job_id, offer.key
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


def reported(task: Task, report: Report) -> list[Replacement]:
    """What a report puts in its task's place: the task itself where it was given back, or what is
    to be done once more."""
    if report.released:
        # Its blow may be in the ledger by now: a document is never struck twice for one.
        return [Replacement(msgspec.structs.replace(task, blow=None), report.delay_s)]
    return [
        Replacement(
            msgspec.structs.replace(task, first=again.ordinal, last=again.ordinal + 1),
            again.delay_s,
        )
        for again in report.again
    ]


def fenced(parts: Sequence[Replacement]) -> list[Replacement]:
    """Parts of a task whose worker may only seem to be dead: whoever has one next fences that
    worker off."""
    return [Replacement(msgspec.structs.replace(task, lost=True), delay) for task, delay in parts]
