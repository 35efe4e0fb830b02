"""The last events of a service, in memory: who listens asks for those after the last one it had.

All web processes ask the one supervisor, so each of them has every event, in one order, with one
number. What is written of a job is told after it is on disk. Nothing here is durable: after a
restart the numbers belong to another term, and who comes with an old one is told how things are.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec

from gristmill.schemas.events import AtWork, Happened, Happenings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.tasks import Report, Task, TaskKind

REMEMBERED = 20_000
MOST_AT_ONCE = 2_000
Look = Callable[[], tuple[AtWork, ...]]
_encode = msgspec.msgpack.Encoder().encode


class EventRing:
    """Thread-safe. To add is a matter of a microsecond, and may be done under other locks."""

    def __init__(self, term: int, remembered: int = REMEMBERED) -> None:
        self._term = term
        self._items: deque[Happened] = deque(maxlen=remembered)
        self._last = 0
        self._waiting = 0
        self._news = threading.Condition(threading.Lock())

    def accepted(self, offer: Offer) -> None:
        """A job waits: it was accepted, or is tried again."""
        self._add(offer.job_id, datetime.now(UTC), offer.state, offer.collection)

    def changed(self, manifest: Manifest) -> None:
        """A job has come into the state that its manifest says, and that is on disk."""
        at = manifest.history[-1].at if manifest.history else manifest.submitted_at
        self._add(
            manifest.job_id,
            at,
            manifest.state,
            manifest.collection,
            manifest.counts,
            manifest.error,
        )

    def deleted(self, job_id: str, collection: str) -> None:
        """A job's record is gone."""
        self._add(job_id, datetime.now(UTC), None, collection, deleted=True)

    def reported(self, task: Task, report: Report) -> None:
        """A worker is done with a task, and what came of it is committed."""
        if report.released:
            # Whoever has it next reports all of it.
            return
        if task.kind is TaskKind.RUN and task.first < task.last:
            self._add(task.job_id, datetime.now(UTC), first=task.first, last=task.last)
        elif report.counts is not None and report.counts.total:
            self._add(task.job_id, datetime.now(UTC), first=0, last=report.counts.total)

    def since(self, seq: int | None, wait_s: float, at_work: Look) -> bytes:
        """The events after number `seq`, up to 2,000 of them, as `Happenings` in MessagePack;
        without a number none, but that of the last one. Waits up to `wait_s` seconds for one."""
        with self._news:
            if seq is not None and wait_s > 0 and self._last == seq:
                self._waiting += 1
                came = self._news.wait(wait_s)
                self._waiting -= 1
                if not came:
                    return self._answer(self._last, False, (), at_work)
            last, items = self._last, self._after(seq)
        lost = seq is not None and (seq > last or last - seq > len(items))
        cut = items[:MOST_AT_ONCE]
        end = cut[-1].seq if len(cut) < len(items) else last
        return self._answer(end, lost, cut, at_work)

    def _after(self, seq: int | None) -> Sequence[Happened]:
        if seq is None or seq >= self._last:
            return ()
        new = min(self._last - seq, len(self._items))
        return list(islice(reversed(self._items), new))[::-1]

    def _answer(self, last: int, lost: bool, items: Iterable[Happened], at_work: Look) -> bytes:
        return _encode(Happenings(self._term, last, lost, tuple(items), at_work()))

    def _add(self, job_id: str, at: datetime, *told: Any, **more: Any) -> None:
        """`told` and `more` are the fields of `Happened` that come after these."""
        with self._news:
            self._last += 1
            self._items.append(Happened(self._last, job_id, at, *told, **more))
            if self._waiting:
                self._news.notify_all()
