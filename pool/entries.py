"""What the queue knows of a pending job."""

from collections.abc import MutableSequence
from datetime import datetime
from typing import NamedTuple

from gristmill.schemas.manifest import Counts, JobError
from gristmill.schemas.offers import Offer
from gristmill.schemas.tasks import Task


class Entry:
    """One pending job in memory, of which there may be 100,000. Guarded by the queue's lock, but
    for `settled`: that its end is written is what the settler says (`pool.claims`)."""

    __slots__ = (
        "cancelled",
        "counts",
        "error",
        "finished_at",
        "in_rotation",
        "offer",
        "outstanding",
        "priority",
        "settled",
        "started",
        "started_at",
        "tasks",
    )

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.priority = offer.priority
        # A deque takes 600 bytes before it holds anything, and most jobs have one task.
        self.tasks: MutableSequence[Task] = []
        self.outstanding = 0
        self.started = self.in_rotation = self.cancelled = self.settled = False
        self.started_at: datetime | None = None
        self.finished_at: datetime | None = None
        self.counts: Counts | None = None
        self.error: JobError | None = None


class Part(NamedTuple):
    """A task that takes a lost one's place, to be leased after `delay_s` seconds."""

    task: Task
    delay_s: float = 0.0
