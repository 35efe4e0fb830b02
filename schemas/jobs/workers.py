"""What an engine says of its workers, wherever they run."""

from enum import StrEnum
from typing import NamedTuple, Self

from gristmill.schemas.jobs.tasks import WorkerId


class Manner(StrEnum):
    """In which way a worker ended."""

    EXIT = "exit"
    SIGNAL = "signal"
    VANISHED = "vanished"


ORPHANED = 113
"""The exit code of a worker that ends because its supervisor, or the forkserver, is gone."""


class Death(NamedTuple):
    """How a worker ended. `number` is the exit code or the signal; a VANISHED one has none: it is
    gone, and nobody could see why. `short_of_memory`: the kernel had killed for want of memory
    just before. `words`: the unexpected error that it ended for, if it could say."""

    manner: Manner
    number: int = 0
    short_of_memory: bool = False
    words: str = ""

    @classmethod
    def of_exit_code(
        cls, code: int | None, *, short_of_memory: bool = False, words: str = ""
    ) -> Self:
        """From what the system says of a process: negative for a signal, None when unknown."""
        if code is None or code == ORPHANED:
            return cls(Manner.VANISHED)
        if code >= 0:
            return cls(Manner.EXIT, code, words=words)
        return cls(Manner.SIGNAL, -code, short_of_memory)

    def __str__(self) -> str:
        match self.manner:
            case Manner.SIGNAL:
                return f"was ended by signal {self.number}"
            case Manner.EXIT:
                why = f" ({self.words})" if self.words else ""
                return f"ended with exit code {self.number}{why}"
            case Manner.VANISHED:
                return "vanished"


class Glimpse(NamedTuple):
    """What a worker is at. `job_id` is None between documents, `page` where none is known.

    `since` says when the document began, or, between two, when the worker gave its last sign of
    life: on the worker's own clock, to be compared with other glimpses of that worker alone.
    `elapsed_s` is how long ago that was. `documents` is the worker's total; `memory` its resident
    bytes, 0 where nobody looked. `stopped`: somebody stopped its process, and it was over its time
    when it was looked at. `is_watched`: its engine ends it by itself where it is over a limit or at
    a cancelled job.
    """

    worker: WorkerId
    job_id: str | None
    ordinal: int
    since: float
    elapsed_s: float
    timeout_s: float
    stage: str
    page: int | None
    documents: int
    memory: int = 0
    stopped: bool = False
    is_watched: bool = False


class EndedFor(NamedTuple):
    """Why an engine ended a worker by itself: the document that it was over a limit with, and the
    kind of that failure; no kind where its job was cancelled."""

    kind: str | None
    job_id: str
    ordinal: int


class Loss(NamedTuple):
    """A worker is gone, in whatever way; `last` is what was seen of it last, if anything was.

    Of one that its engine watched: why that ended it (None: it did not), and the most memory that
    it was seen to take, in bytes.
    """

    worker: WorkerId
    how: Death
    last: Glimpse | None
    ended_for: EndedFor | None = None
    peak: int = 0


class Trouble(NamedTuple):
    """Why an engine can keep no worker alive at present. `closes_intake`: what would be accepted
    could not be done for long, and who submits is told so."""

    message: str
    closes_intake: bool = True
