"""What passes between the supervisor and a worker: small values, never document bytes."""

from enum import StrEnum

import msgspec

from gristmill.schemas.jobs.manifest import Counts, JobError

PLANNING = -1
"""The ordinal that a worker shows while it plans a job."""
WITHDRAWN = "it was never accepted"
"""Said of a job whose submitter took it back between its offer and its first lease."""
_TERM_BITS = 40
"""A term has a million million leases: years of them."""


def first_token(term: int) -> int:
    """The first fencing token of a supervisor's term. Each start begins a term, so that tokens
    grow over restarts as well."""
    return term << _TERM_BITS


def term_of(token: int) -> int:
    """The term in which a lease was given."""
    return token >> _TERM_BITS


class TaskKind(StrEnum):
    """`PLAN` expands a job's sources to documents; `RUN` processes the ordinals of one task."""

    PLAN = "plan"
    RUN = "run"


class WorkerId(msgspec.Struct, frozen=True, order=True):
    """A worker process. `birth` (its start time, seconds since the epoch, as psutil gives it)
    tells it from a later process that got the same pid; `host` is empty for this machine."""

    pid: int
    birth: float
    host: str = ""

    def __str__(self) -> str:
        return f"worker {self.pid} on {self.host}" if self.host else f"worker {self.pid}"


class Blow(msgspec.Struct, frozen=True):
    """A worker died over a document, and the ledger is still to be told: whoever leases it next
    counts a strike of `kind` (`schemas.outcomes.retry.Failure`) before anything else, and
    gives it up where that was the last one that it may have.

    `code` is set where that is decided already. `how` says for people what happened, `place` how
    far the document had come ("" where nobody knows).
    """

    kind: str
    how: str
    place: str = ""
    code: str | None = None

    def told(self, attempt: int) -> str:
        """What is said of a document that is given up after so many attempts."""
        place = f"{self.place}, " if self.place else ""
        return f"{self.how} ({place}attempt {attempt})"


class Task(msgspec.Struct, frozen=True):
    """A unit of leased work: the documents `first <= ordinal < last` of a job, or one `part` of
    the document `first`.

    `task_id` is the fencing token of its lease: it only grows, and what is leased again gets a new
    one. `lost` says that an earlier lease went with its worker, which may not be quite dead:
    whoever has it now fences that one off.

    `strikes` counts, by kind, the workers that this task has cost. `suspect` is the ordinal of a
    plan that was on the board when one died (-1: it was planning): such a plan is written to the
    ledger, the suspect with its strikes or, where that is decided, as failed with `verdict`.
    `blow` is what the ledger is to be told of the one document of a task that was planned before.
    `cost` is the expected work in microseconds, 0 where nobody knows. `alone`: it is handed out
    while no other lease is out, and keeps others waiting for a while.
    """

    task_id: int
    job_id: str
    kind: TaskKind
    first: int = 0
    last: int = 0
    timeout_s: float = 300.0
    strikes: dict[str, int] = {}
    suspect: int | None = None
    verdict: JobError | None = None
    blow: Blow | None = None
    part: int | None = None
    cost: int = 0
    lost: bool = False
    alone: bool = False


class Group(msgspec.Struct, frozen=True):
    """A task to be: pending ordinals `first` to `last` (exclusive), or a part of one document.
    `cost` and `alone` as in `Task`."""

    first: int
    last: int
    part: int | None = None
    cost: int = 0
    alone: bool = False


class Again(msgspec.Struct, frozen=True):
    """A document that met a failing machine, to be leased again alone after `delay_s` seconds."""

    ordinal: int
    delay_s: float


class Report(msgspec.Struct, frozen=True):
    """What became of a leased task.

    `groups` is what there is to do next: the plan of a job, the members of an archive, the parts
    of a long document. A job that was small enough to be done on the spot has its final `counts`
    instead. `error` ends the whole job. `released` gives the task back untouched, to be
    leased again after `delay_s` seconds (the worker was told to stop, or the disk is full).
    """

    task_id: int
    counts: Counts | None = None
    groups: tuple[Group, ...] = ()
    again: tuple[Again, ...] = ()
    error: JobError | None = None
    released: bool = False
    delay_s: float = 0.0
