"""What passes between the supervisor and a worker: small values, never document bytes."""

from enum import StrEnum

import msgspec

from gristmill.schemas.manifest import Counts, JobError


class TaskKind(StrEnum):
    """`PLAN` expands a job's sources to documents; `RUN` processes the ordinals of one task."""

    PLAN = "plan"
    RUN = "run"


class WorkerId(msgspec.Struct, frozen=True, order=True):
    """A worker process. `birth` (its start time, seconds since the epoch, as psutil gives it)
    tells it from a later process that got the same pid."""

    pid: int
    birth: float


class Task(msgspec.Struct, frozen=True):
    """A unit of leased work: the documents `first <= ordinal < last` of a job.

    A suspect (a document that was on the board when its worker died) is leased `alone`.
    """

    task_id: int
    job_id: str
    kind: TaskKind
    first: int = 0
    last: int = 0
    timeout_s: float = 300.0
    alone: bool = False


class Group(msgspec.Struct, frozen=True):
    """A planned task: pending ordinals `first` to `last` (exclusive) of about equal cost."""

    first: int
    last: int


class Report(msgspec.Struct, frozen=True):
    """What became of a leased task.

    A plan reports its `groups`, or, when the job was small enough to be done on the spot, its
    final `counts`. A run reports the `counts` of its documents. `error` ends the whole job.
    `released` gives the task back untouched (the worker was told to stop).
    """

    task_id: int
    counts: Counts = Counts()
    groups: tuple[Group, ...] = ()
    error: JobError | None = None
    released: bool = False
