"""What the clients of a storm were told. Answered 200, 202 or 409 with a job means accepted."""

import random
import threading
from collections import Counter, defaultdict


class Books:
    """Thread-safe counts, and every job that some client knows of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.submitted = 0
        self.answers: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.broken = 0
        self.jobs: dict[str, None] = {}
        self.by_key: dict[str, set[str]] = defaultdict(set)
        self.never_answered: list[str] = []
        self.not_found: list[str] = []
        self.strange: list[str] = []

    def submission(self) -> None:
        with self._lock:
            self.submitted += 1

    def answered(self, what: str) -> None:
        with self._lock:
            self.answers[what] += 1

    def broke(self) -> None:
        """A connection ended without an answer."""
        with self._lock:
            self.broken += 1

    def accepted(self, job_id: str, key: str | None) -> None:
        with self._lock:
            self.jobs[job_id] = None
            if key is not None:
                self.by_key[key].add(job_id)

    def refusal(self, code: str) -> None:
        """A client was refused for good and gave up."""
        with self._lock:
            self.refused[code] += 1

    def gave_up(self, key: str) -> None:
        """A submission whose fate its client never learned."""
        with self._lock:
            self.never_answered.append(key)

    def missing(self, job_id: str) -> None:
        """An accepted job was answered 404."""
        with self._lock:
            self.not_found.append(job_id)

    def odd(self, what: str) -> None:
        """An answer that nothing explains."""
        with self._lock:
            self.strange.append(what)

    def pick(self, chance: random.Random, latest: int) -> str | None:
        """One of the jobs that were accepted last."""
        with self._lock:
            jobs = list(self.jobs)[-latest:]
        return chance.choice(jobs) if jobs else None
