"""What a stream is told first: what it has missed, or how things are now."""

from collections.abc import Callable
from typing import NamedTuple

from gristmill.pool.client import PoolClient
from gristmill.schemas.events import EndReason, EventKind, Position, ResetTold
from gristmill.server.events.reporter import Reporter, Told
from gristmill.server.events.streams import Wish
from gristmill.server.events.wording import end, message

_FLUSH_S = 0.25
_FORGOTTEN = (
    "events after this id are not remembered any more (the service was restarted, or has done much "
    "since); what follows is how things are now, GET /ingest has the rest"
)
_MOST_ANSWERS = 50


class Past(NamedTuple):
    """What is told first. `position` is that of the stream after it. `is_over`: the job of the
    stream has ended; `is_news`: there is something that its client had not been told."""

    data: bytes
    position: Position
    is_over: bool = False
    is_news: bool = True


class CatchingUp:
    """Safe from any thread."""

    def __init__(self, client: PoolClient, reporter: Reporter) -> None:
        self._client, self._reporter = client, reporter

    def begin(self, wish: Wish) -> Past:
        """For one that has been told nothing: of a job how it is, of all jobs nothing. Raises
        SupervisorAway."""
        # Asked before the job is looked at: what it becomes meanwhile is told twice, but told.
        position = self._now()
        pieces = [b"id: %d-%d\n\n" % position]
        over = self._state_of_job(wish, position, pieces)
        return Past(b"".join(pieces), position, over)

    def after(self, wish: Wish, position: Position | None) -> Past:
        """For one that has been told all up to a position; None for one that nobody has given.
        Raises SupervisorAway, LibraryTrouble."""
        pieces: list[bytes] = []
        ended = False
        takes = _taker(wish)
        for _ in range(_MOST_ANSWERS):
            found = None if position is None else self._client.happened(position.seq)
            if found is None or position is None or found.term != position.term or found.lost:
                return self._anew(wish)
            for happened in found.items:
                if wish.job_id not in (None, happened.job_id):
                    continue
                for told in self._reporter.told(found.term, happened, takes):
                    if takes(told.facts):
                        pieces.append(told.data)
                        ended = wish.job_id is not None and told.ends is not None
            position = Position(found.term, found.last)
            if not found.items:
                break
        assert position is not None
        is_news = bool(pieces)
        if ended:
            pieces.append(end(EndReason.OVER, position))
            over = True
        else:
            state: list[bytes] = []
            over = self._state_of_job(wish, position, state)
            # It had ended before, and its client was told so.
            pieces += state if over else []
        return Past(b"".join(pieces), position, over, is_news)

    def _anew(self, wish: Wish) -> Past:
        position = self._now()
        if wish.job_id is not None:
            pieces = [message(EventKind.RESET, ResetTold(_FORGOTTEN, 1), position)]
            over = self._state_of_job(wish, position, pieces)
            return Past(b"".join(pieces), position, over)
        self._client.flush_index(_FLUSH_S)
        jobs: list[Told] = []
        for job_id in self._reporter.newest(wish.within):
            told = self._reporter.job(job_id)
            if told is not None and wish.takes(told.facts):
                jobs.append(told)
        reset = message(EventKind.RESET, ResetTold(_FORGOTTEN, len(jobs)))
        # The position comes last: who breaks off in the midst begins anew.
        data = b"".join([reset, *(told.data for told in jobs), b"id: %d-%d\n\n" % position])
        return Past(data, position)

    def _now(self) -> Position:
        now = self._client.happened(None)
        return Position(now.term, now.last)

    def _state_of_job(self, wish: Wish, position: Position, pieces: list[bytes]) -> bool:
        """How the job of a wish is now; whether it has ended."""
        if wish.job_id is None:
            return False
        told = self._reporter.job(wish.job_id, position)
        if told is not None:
            pieces.append(told.data)
        is_over = told is None or told.ends is not None
        if is_over:
            pieces.append(end(EndReason.OVER, position))
        return is_over


def _taker(wish: Wish) -> "Callable[..., bool]":
    return lambda facts: wish.takes(facts) is not False
