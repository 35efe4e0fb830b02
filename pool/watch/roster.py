"""What is known of each worker beyond what it shows: why we end it, and the most that it took."""

from typing import NamedTuple

from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse, Loss, Sentence


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
        sentence = self._sentences.pop(worker, None) or loss.sentence
        return Departure(loss, sentence, max(loss.peak, self._peaks.pop(worker, 0)))
