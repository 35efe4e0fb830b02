"""What is known of each worker beyond what it shows: why we end it, and the most that it took."""

from typing import NamedTuple

from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import EndedFor, Glimpse, Loss
from gristmill.schemas.outcomes.retry import Failure


class Sentence(NamedTuple):
    """Why we end a worker, and the document that it is about. No `failure`: it was cancelled."""

    failure: Failure | None
    job_id: str
    ordinal: int

    @classmethod
    def of(cls, told: EndedFor | None) -> "Sentence | None":
        """What an engine says of a worker that it ended by itself."""
        if told is None:
            return None
        failure = None if told.kind is None else Failure.of(told.kind)
        return cls(failure, told.job_id, told.ordinal)

    def told(self) -> EndedFor:
        """The same for a supervisor elsewhere."""
        kind = None if self.failure is None else self.failure.kind
        return EndedFor(kind, self.job_id, self.ordinal)


class Departure(NamedTuple):
    """A worker that is gone, why we ended it (None: we did not), and the most memory that it was
    seen to take, in bytes."""

    loss: Loss
    sentence: Sentence | None = None
    peak: int = 0


class Roster:
    """Used by the supervisor's loop alone."""

    def __init__(self) -> None:
        self._sentences: dict[WorkerId, Sentence] = {}
        self._peaks: dict[WorkerId, int] = {}

    def see(self, glimpse: Glimpse) -> None:
        """Remember the most memory that a worker takes."""
        if glimpse.memory > self._peaks.get(glimpse.worker, 0):
            self._peaks[glimpse.worker] = glimpse.memory

    def sentence(self, worker: WorkerId, sentence: Sentence) -> bool:
        """Note why a worker is going to be ended; False if that was noted before."""
        return self._sentences.setdefault(worker, sentence) is sentence

    def depart(self, loss: Loss) -> Departure:
        """A worker is gone: all that is known of it, which is forgotten."""
        worker = loss.worker
        sentence = self._sentences.pop(worker, None) or Sentence.of(loss.ended_for)
        return Departure(loss, sentence, max(loss.peak, self._peaks.pop(worker, 0)))
