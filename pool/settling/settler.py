"""Writes what happens to jobs into their manifests: the one writer of `running` and of every end.

In rounds: a thread takes all that waits and makes it durable together. It never waits for more to
come, so a lone job is written at once; under load, what comes during one round makes the next.
Several threads, because the waits for the disk overlap; one job's two writes never do.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.pool.settling.indexer import Indexer
from gristmill.pool.settling.next_manifest import next_manifest
from gristmill.pool.settling.one_writer import OneWriter
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import GristmillError
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage import faults
from gristmill.storage.disk.overlapped import overlapped
from gristmill.storage.disk.reserve import Reserve, is_full
from gristmill.storage.library import Library
from gristmill.storage.stores import Stores

THREADS = 2
_MOST = 64
"""Entries in one round."""
_TROUBLE = (OSError, GristmillError)
_log = logging.getLogger(__name__)


Moved = Callable[[Manifest, Manifest, Library], None]


def unmoved(before: Manifest, after: Manifest, library: Library) -> None:
    """For those whom it does not concern that a job moved on."""


class _Step:
    """What a round does about one job: its manifest on disk and the next one. Both are None where
    its submitter withdrew it before it was accepted: there is nothing to write."""

    def __init__(self, entry: PendingJob) -> None:
        self.entry, self.job_id = entry, entry.job_id
        self.old: Manifest | None = None
        self.new: Manifest | None = None
        self.error: Exception | None = None

    @property
    def ends(self) -> bool:
        return self.new is not None and self.new.state.terminal

    @property
    def starts(self) -> bool:
        return self.new is not self.old and not self.ends

    @property
    def over(self) -> bool:
        return self.error is None and (self.new is None or self.ends)

    def fail(self, error: Exception) -> None:
        self.error = error
        if isinstance(error, LibraryDamaged):
            # That is told once, for all of them.
            return
        _log.warning("job %s is not written yet: %s", self.job_id, error)


class Settler:
    """Fed by the queue's `on_started` and `on_finished`; calls `forget` with the ids of jobs whose
    terminal manifests are durable. `retry_s`: the pause after a round with a job that could not be
    written."""

    def __init__(
        self,
        stores: Stores,
        indexer: Indexer,
        forget: Callable[..., None],
        retry_s: float,
        *,
        on_move: Moved = unmoved,
        before_end: Callable[[Manifest], None] = lambda end: None,
    ) -> None:
        """`on_move` gets the manifest of each job that moved on, as it was and as it is on disk
        now: every `running` that was written and every end pass there, in some settler's thread,
        with that thread's library. `before_end` gets each end that is about to be written; what
        raises OSError there puts it off."""
        self._stores, self._indexer, self._forget = stores, indexer, forget
        self._on_move, self._before_end = on_move, before_end
        self._manifests, self._spool, self._retry_s = stores.manifests, stores.spool, retry_s
        self._inbox: queue.SimpleQueue[PendingJob | None] = queue.SimpleQueue()
        self._claims = OneWriter()
        self._reserve = Reserve(stores.folder.root)
        self._threads = [
            threading.Thread(target=self._run, name=f"settler-{number}", daemon=True)
            for number in range(THREADS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def add(self, entry: PendingJob) -> None:
        """Something happened to a job. Only enqueues: the queue calls it under its lock."""
        self._inbox.put(entry)

    def stop(self, timeout_s: float) -> None:
        """Write what is waiting; what is not done by then is found at the next start."""
        deadline = time.monotonic() + timeout_s
        for _ in self._threads:
            self._inbox.put(None)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def settle_waiting(self) -> None:
        """Write about all that waits, each job once, in the calling thread, instead of `start`;
        what cannot be written waits on. Raises LibraryTrouble, OSError where the library cannot be
        opened: then all of it does."""
        with self._library() as library:
            self._inbox.put(None)
            self._work(library)

    def _run(self) -> None:
        with self._library() as library:
            self._work(library)

    @contextmanager
    def _library(self) -> Iterator[Library]:
        with self._stores.library() as library:
            library.keep_little()
            yield library

    def _work(self, library: Library) -> None:
        running = True
        while running:
            entries, running = self._take()
            if again := self._settle(entries, library):
                # A full disk, most likely: the jobs stay pending and are tried for ever.
                time.sleep(self._retry_s)
                for entry in again:
                    self._inbox.put(entry)

    def _take(self) -> tuple[list[PendingJob], bool]:
        """All that waits, for one round; it never waits for more. False when it is the last."""
        entries: list[PendingJob] = []
        entry = self._inbox.get()
        while entry is not None:
            entries.append(entry)
            if len(entries) == _MOST:
                return entries, True
            try:
                entry = self._inbox.get_nowait()
            except queue.Empty:
                return entries, True
        return entries, False

    def _settle(self, entries: Sequence[PendingJob], library: Library) -> list[PendingJob]:
        """Write about entries, in a round and in more for what happens to them meanwhile; returns
        those that have to be tried again."""
        again: list[PendingJob] = []
        while entries:
            claimed = self._claims.take(entries)
            try:
                again += self._round(claimed, library)
            finally:
                entries = self._claims.release(claimed)
        return again

    def _round(self, entries: Sequence[PendingJob], library: Library) -> list[PendingJob]:
        steps = [self._prepare(entry, library) for entry in entries]
        self._end([step for step in steps if step.ends and self._is_expected(step)])
        overlapped(self._start, [step for step in steps if step.starts])
        for step in steps:
            if step.error is None and step.old and step.new and step.new is not step.old:
                self._on_move(step.old, step.new, library)
        self._indexer.add(step.new for step in steps if step.new and step.error is None)
        self._let_go([step.entry for step in steps if step.over])
        if any(
            step.entry.cancelled and step.error is not None and is_full(step.error)
            for step in steps
        ):
            # Somebody waits for it, and it frees room. Other ends wait until there is some.
            self._reserve.give_up()
        return [step.entry for step in steps if step.error is not None]

    def _prepare(self, entry: PendingJob, library: Library) -> _Step:
        step = _Step(entry)
        try:
            step.old = self._manifests.read_pending(step.job_id)
            step.new = step.old and next_manifest(step.old, entry, library)
        except _TROUBLE as error:
            step.old = step.new = None
            step.fail(error)
        return step

    def _is_expected(self, step: _Step) -> bool:
        assert step.new is not None
        try:
            self._before_end(step.new)
        except _TROUBLE as error:
            step.fail(error)
        return step.error is None

    def _end(self, steps: Sequence[_Step]) -> None:
        ends = [step.new for step in steps if step.new is not None]
        for step, end, error in zip(steps, ends, self._manifests.write_terminal(ends), strict=True):
            if error is not None:
                step.fail(error)
            else:
                self._clear(end)

    def _clear(self, ended: Manifest) -> None:
        self._spool.release(ended)
        try:
            self._manifests.drop_pending(ended.job_id)
        except OSError as error:
            # It means nothing any more, and a sweep comes back to it.
            _log.warning("job %s has ended, its pending file stays: %s", ended.job_id, error)

    def _start(self, step: _Step) -> None:
        assert step.new is not None
        faults.hit("settle.before_running")
        try:
            self._manifests.write_running(step.new)
        except OSError as error:
            step.fail(error)

    def _let_go(self, entries: Sequence[PendingJob]) -> None:
        self._forget(*(entry.job_id for entry in entries))
        for entry in entries:
            entry.settled = True
