"""Brings the events of the service to the streams of this web process, from one thread.

While there is a stream, the supervisor is asked for what comes after what was told last, and holds
the answer until there is something: one line for all streams. Without any, nobody asks.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from gristmill.pool.client import PoolClient
from gristmill.schemas.events import AtWork, EndReason, Happened, Happenings, Position
from gristmill.schemas.filters.matching import Facts
from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.events.catching_up import CatchingUp
from gristmill.server.events.reporter import Reporter, Told
from gristmill.server.events.streams import EventStream, Wish
from gristmill.server.events.wording import end

WAIT_S = 1.0
"""How long the supervisor holds an answer: as often the streams are told what is worked at."""
_COLLECT_S = 0.1
_AGAIN_S = 1.0
_NOTE_EVERY_S = 10.0
_LASTING_S = 1.0
"""What is done sooner makes no progress that anybody could see."""
_log = logging.getLogger(__name__)


class Feed:
    """`join` and `leave` from any thread."""

    def __init__(self, client: PoolClient, reporter: Reporter, stopping: threading.Event) -> None:
        self._client, self._reporter, self._stopping = client, reporter, stopping
        self.catching_up = CatchingUp(client, reporter)
        self._streams: dict[int, EventStream] = {}
        self._lock, self._wanted = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None
        self._after: Position | None = None
        self._next_progress = self._answered = 0.0
        self._next_note = time.monotonic() + _NOTE_EVERY_S
        self._failing = False

    def join(self, stream: EventStream) -> None:
        """Tell a stream what comes after its position."""
        with self._lock:
            if stream.over:
                # Its client went before there was anything to leave: nobody would take it out.
                return
            self._streams[id(stream)] = stream
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="events", daemon=True)
                self._thread.start()
        self._wanted.set()

    @property
    def streams(self) -> int:
        """How many are kept."""
        with self._lock:
            return len(self._streams)

    def leave(self, stream: EventStream) -> None:
        """A stream is over."""
        with self._lock:
            self._streams.pop(id(stream), None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            streams = self._all()
            if not streams:
                self._after = None
                self._wanted.wait(WAIT_S)
                self._wanted.clear()
                continue
            try:
                self._turn(streams)
                self._failing = False
            except (OSError, GristmillError) as error:
                # They stay where they are, and are told all of it later.
                if not self._failing:
                    _log.warning("streams of events are told nothing for now: %s", error)
                self._failing = True
                self._stopping.wait(_AGAIN_S)
            except Exception:
                # Without this thread every stream would be silent until the process ends.
                _log.exception("streams of events are told nothing after an unexpected error")
                self._stopping.wait(_AGAIN_S)

    def _all(self) -> list[EventStream]:
        with self._lock:
            return [stream for stream in self._streams.values() if not stream.over]

    def _turn(self, streams: list[EventStream]) -> None:
        after = self._after or min(stream.position for stream in streams)
        # A busy service would else answer for each event.
        self._stopping.wait(max(0.0, self._answered + _COLLECT_S - time.monotonic()))
        found = self._client.happened(after.seq, WAIT_S)
        self._answered = time.monotonic()
        streams = self._all()
        for stream in streams:
            if found.lost or stream.position.term != found.term or stream.position < after:
                self._catch_up(stream)
        if found.term == after.term and not found.lost:
            self._tell(found, streams)
        self._after = Position(found.term, found.last)
        self._tell_progress(found.at_work, streams)
        self._note(streams)

    def _catch_up(self, stream: EventStream) -> None:
        """Of a stream whose position is not where the others are."""
        past = self.catching_up.after(stream.wish, stream.position)
        stream.tell(past.data, last=past.is_over)
        stream.position = past.position

    def _tell(self, found: Happenings, streams: Sequence[EventStream]) -> None:
        by_job: dict[str | None, list[EventStream]] = defaultdict(list)
        for stream in streams:
            by_job[stream.wish.job_id].append(stream)
        everything = _by_wish(by_job.get(None, ()))
        wishes = _by_wish(streams)
        told: dict[Wish, list[tuple[Position, bytes, bool]]] = defaultdict(list)
        for happened in found.items:
            interested = list(everything)
            if happened.job_id in by_job:
                interested += _by_wish(by_job[happened.job_id])
            if interested:
                self._tell_one(found.term, happened, interested, told)
        for wish, events in told.items():
            _send(events, wishes[wish])
        end_of_it = Position(found.term, found.last)
        for stream in streams:
            stream.position = max(stream.position, end_of_it)

    def _tell_one(
        self,
        term: int,
        happened: Happened,
        wishes: list[Wish],
        told: dict[Wish, list[tuple[Position, bytes, bool]]],
    ) -> None:
        def wanted(facts: Facts) -> bool:
            return any(wish.takes(facts) is not False for wish in wishes)

        at = Position(term, happened.seq)
        for each in self._reporter.told(term, happened, wanted):
            for wish in wishes:
                if wish.takes(each.facts):
                    over = wish.job_id is not None and each.ends == wish.job_id
                    data = each.data + end(EndReason.OVER, at) if over else each.data
                    told[wish].append((at, data, over))

    def _tell_progress(self, at_work: Iterable[AtWork], streams: list[EventStream]) -> None:
        if (now := time.monotonic()) < self._next_progress:
            return
        self._next_progress = now + WAIT_S / 2
        wishes = _by_wish(streams)
        for work in at_work:
            if work.elapsed_s < _LASTING_S or not _is_wanted(work, wishes):
                continue
            told: Told | None = self._reporter.progress(work)
            for wish, those in wishes.items():
                if told is not None and wish.takes(told.facts):
                    for stream in those:
                        stream.tell(told.data)

    def _note(self, streams: Iterable[EventStream]) -> None:
        """Let clients know positions whose events were none of theirs: who comes again with an old
        one would be told how things are, without need."""
        if (now := time.monotonic()) < self._next_note:
            return
        self._next_note = now + _NOTE_EVERY_S
        for stream in streams:
            if stream.noted != stream.position:
                stream.noted = stream.position
                stream.tell(b"id: %d-%d\n\n" % stream.position)


def _send(events: list[tuple[Position, bytes, bool]], streams: Iterable[EventStream]) -> None:
    """What one answer has for all who want the same, each its part of it at once: a packet for
    each event and stream would cost more than all the rest."""
    ends = [number for number, (_, _, over) in enumerate(events, 1) if over]
    if ends:
        # A retry at once is for a new stream.
        events = events[: ends[0]]
    whole = b"".join(data for _, data, _ in events)
    over = events[-1][2]
    for stream in streams:
        if stream.position < events[0][0]:
            stream.tell(whole, last=over)
        elif new := b"".join(data for at, data, _ in events if stream.position < at):
            stream.tell(new, last=over)


def _by_wish(streams: Iterable[EventStream]) -> dict[Wish, list[EventStream]]:
    """Each event is looked at once for all who want the same."""
    found: dict[Wish, list[EventStream]] = defaultdict(list)
    for stream in streams:
        found[stream.wish].append(stream)
    return found


def _is_wanted(work: AtWork, wishes: Iterable[Wish]) -> bool:
    return any(wish.job_id in (None, work.job_id) for wish in wishes)
