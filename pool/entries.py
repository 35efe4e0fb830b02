"""What the queue knows of a pending job."""

import threading
from collections import deque
from datetime import datetime
from typing import NamedTuple

from gristmill.schemas.manifest import Counts, JobError
from gristmill.schemas.offers import Offer
from gristmill.schemas.tasks import Task


class Entry:
    """One pending job in memory. Guarded by the queue's lock, but for `settling`, which keeps
    its two manifest writes (running, terminal) in order, and `settled`."""

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
        "settling",
        "started",
        "started_at",
        "tasks",
    )

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.priority = offer.priority
        self.tasks: deque[Task] = deque()
        self.outstanding = 0
        self.started = self.in_rotation = self.cancelled = False
        self.started_at: datetime | None = None
        self.finished_at: datetime | None = None
        self.counts: Counts | None = None
        self.error: JobError | None = None
        self.settling = threading.Lock()
        self.settled = threading.Event()


class Part(NamedTuple):
    """A task that takes a lost one's place, to be leased after `delay_s` seconds."""

    task: Task
    delay_s: float = 0.0
