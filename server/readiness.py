"""Whether the service is ready, known without waiting for anybody.

Each question to `/readyz` makes a thread of our own look anew, and is answered by that look; where
it takes long (a stopped supervisor, a dying disk), by the look before it. So the answer comes at
once, whatever the supervisor and the threads of the service do.
"""

import logging
import threading
import time
from collections.abc import Callable

from gristmill.pool.client import PoolClient, QueueStats
from gristmill.pool.intake import Room
from gristmill.schemas.problems.errors import (
    Draining,
    Stalled,
    SupervisorAway,
    Unavailable,
    WorkersFailing,
)
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.schemas.problems.unready import Starting, WebFailing

logger = logging.getLogger(__name__)
Seen = QueueStats | Exception
"""What a look has found: the queue of a service that is ready, or what is wrong."""
LOOK_EVERY_S = 1.0
"""How often the thread looks where nobody asks."""
PATIENCE_S = 0.2
"""How long a question waits for a look that has begun."""
OLDEST_S = 4.0
"""How old a look may be that answers a question. After it, silence is the answer."""
_BY_CODE: dict[str, type[Unavailable]] = {
    kind.code: kind for kind in (Draining, Stalled, Starting, WebFailing, WorkersFailing)
}


def look(client: PoolClient, room: Room) -> QueueStats:
    """The queue of a service that is ready. Raises Unavailable, which says what is wrong."""
    shortage = room.shortage()
    if isinstance(shortage, LibraryDamaged):
        # Whatever else is wrong follows from it.
        raise shortage
    problems = client.problems()
    if problems:
        worst = _BY_CODE[problems[0].code]
        raise worst(problems[0].message, problems=[p._asdict() for p in problems])
    if shortage:
        raise shortage
    return client.stats()


class Readiness:
    """The last look, kept fresh. `begin` and `end` are called once; the rest from any thread."""

    def __init__(self, look_now: Callable[[], QueueStats]) -> None:
        self._look = look_now
        self._seen: Seen = SupervisorAway("this process has not reached the supervisor yet")
        self._seen_at = time.monotonic()
        self._questions: list[tuple[float, Callable[[Seen], None]]] = []
        self._lock = threading.Lock()
        self._asked, self._over = threading.Event(), False
        self._thread = threading.Thread(target=self._keep_looking, name="readiness", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Have the thread end. It is not waited for: it may be in a call with a deadline."""
        self._over = True
        self._asked.set()

    def ask(self, answer: Callable[[Seen], None]) -> None:
        """Have `answer` called with a look that began after this, or (`answer_late`) an older
        one."""
        with self._lock:
            self._questions.append((time.monotonic(), answer))
        self._asked.set()

    def answer_late(self) -> None:
        """Answer what has waited for long from the last look. To be called again and again."""
        if not self._questions:
            return
        begun = time.monotonic() - PATIENCE_S
        with self._lock:
            late = [answer for asked, answer in self._questions if asked <= begun]
            self._questions = [each for each in self._questions if each[0] > begun]
        for answer in late:
            answer(self.last())

    def last(self) -> Seen:
        """What is known now."""
        age = time.monotonic() - self._seen_at
        if age > OLDEST_S:
            return SupervisorAway(f"the supervisor has not answered for {age:.0f} s")
        return self._seen

    def _keep_looking(self) -> None:
        while not self._over:
            self._asked.wait(LOOK_EVERY_S)
            self._asked.clear()
            # Questions that come during the look stay for the next one, or for `answer_late`.
            with self._lock:
                waiting, begun = len(self._questions), time.monotonic()
            self._seen = self._look_safely()
            self._seen_at = time.monotonic()
            if waiting:
                self._answer_those_before(begun)

    def _look_safely(self) -> Seen:
        try:
            return self._look()
        except Exception as error:
            if not isinstance(error, Unavailable) and type(error) is not type(self._seen):
                logger.exception("could not see whether the service is ready")
            return error

    def _answer_those_before(self, begun: float) -> None:
        with self._lock:
            answered = [answer for asked, answer in self._questions if asked <= begun]
            self._questions = [each for each in self._questions if each[0] > begun]
        for answer in answered:
            answer(self._seen)
