"""What the overview says: of the queue, of the workers, of the machine and of the hours before."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from gristmill.schemas.cluster import NodeLook
from gristmill.schemas.times import Utc


class Span(StrEnum):
    """How far back a history goes."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Sample(NamedTuple):
    """One step of a history: `at` is when it ended (seconds since the epoch). `waiting` and
    `running` jobs are as they stood then; `documents`, `jobs` and `failed` (documents) count what
    ended in it."""

    at: int
    waiting: int
    running: int
    documents: int
    jobs: int
    failed: int


class WorkerLook(NamedTuple):
    """What a worker is at: `since_s` seconds ago it began. `memory` is its resident bytes, `cpu_s`
    the seconds of CPU it has used; both 0 where nobody can look."""

    pid: int
    host: str
    job_id: str | None
    ordinal: int
    since_s: float
    stage: str
    page: int | None
    documents: int
    memory: int
    cpu_s: float


class WorkerView(msgspec.Struct, frozen=True):
    """A worker process. `cpu` is its share of one core in percent, null until it was seen twice;
    `since` is when its document began."""

    pid: int
    host: str
    cpu: int | None
    memory: int
    documents: int
    job_id: str | None = None
    uri: str | None = None
    since: Utc | None = None
    stage: str | None = None
    page: int | None = None


class Advice(msgspec.Struct, frozen=True):
    """What is not as it should be, and what to do about it."""

    code: str
    message: str
    todo: str


class Amount(msgspec.Struct, frozen=True):
    """How many there are; `more`: at least so many, nobody counted on."""

    count: int
    more: bool = False


class MachineView(msgspec.Struct, frozen=True):
    """Bytes of the data folder's disk and of memory. `needed` is what has to stay free for jobs to
    be accepted."""

    disk_total: int
    disk_free: int
    disk_needed: int
    memory_total: int
    memory_free: int
    memory_needed: int


class OverviewView(msgspec.Struct, frozen=True):
    """The service at a glance. `jobs` counts by state: those that have not ended, and those that
    were submitted in the last 24 hours and have. To a key that is bound to collections `workers`
    `machine` and `nodes` are null: they are of everybody's jobs. `nodes` is empty where workers
    run on this machine alone."""

    version: str
    jobs: dict[str, Amount]
    oldest_waiting: Utc | None
    advice: Sequence[Advice]
    depth: int | None
    workers: Sequence[WorkerView] | None
    machine: MachineView | None
    nodes: Sequence[NodeLook] | None = ()


class HistoryView(msgspec.Struct, frozen=True):
    """A history, the oldest step first; a step that nobody measured is left out."""

    span: Span
    step_s: int
    until: int
    samples: Sequence[Sample]
