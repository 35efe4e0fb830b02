"""Which jobs are being written about: no two threads write about one at the same time."""

import threading
from collections.abc import Iterable, Sequence

from gristmill.pool.dispatch.pending_job import PendingJob


class OneWriter:
    """Nobody waits: whoever has a job writes about what comes meanwhile, too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news: dict[PendingJob, bool] = {}
        """The jobs that are claimed; True where something has happened to one since then."""

    def take(self, entries: Iterable[PendingJob]) -> list[PendingJob]:
        """Claim those jobs that nobody else has and that are not settled yet, each once."""
        taken = []
        with self._lock:
            for entry in dict.fromkeys(entries):
                if entry in self._news:
                    self._news[entry] = True
                elif not entry.settled:
                    self._news[entry] = False
                    taken.append(entry)
        return taken

    def release(self, entries: Sequence[PendingJob]) -> list[PendingJob]:
        """Give jobs back; returns those that have to be written about once more."""
        with self._lock:
            return [entry for entry in entries if self._news.pop(entry)]
