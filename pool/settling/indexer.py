"""Keeps the job index of the library in step with the manifests, in batches, from one thread."""

import logging
import queue
import threading
import time
from collections.abc import Iterable
from typing import NamedTuple

from gristmill.pool.settling.job_teller import JobTeller
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.problems.errors import GristmillError
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.library import JobIndexRow, Library
from gristmill.storage.stores import Stores

_BATCH = 500
_PAUSE_S = 0.02
_log = logging.getLogger(__name__)


class _Flush(NamedTuple):
    """Somebody who waits for the index and, with `words`, for what jobs that ended are found by."""

    done: threading.Event
    words: bool


_Item = JobIndexRow | Manifest | _Flush | None


def row_of(manifest: Manifest) -> JobIndexRow:
    """The index row that follows from a manifest."""
    return JobIndexRow(
        manifest.job_id,
        manifest.state,
        manifest.collection,
        manifest.submitted_at,
        manifest.finished_at,
    )


class Indexer:
    """The index is derived: a row lost in a crash is found again at the next start."""

    def __init__(self, stores: Stores, retry_s: float) -> None:
        """`retry_s`: the pause before rows that could not be written are tried again."""
        self._stores, self._retry_s = stores, retry_s
        self._inbox: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._unwritten: dict[str, JobIndexRow] = {}
        self._told = JobTeller(stores)
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def add(self, manifests: Iterable[Manifest]) -> None:
        """Index manifests soon. Returns at once."""
        for manifest in manifests:
            self._inbox.put(manifest)

    def accepted(self, offer: Offer) -> None:
        """A job was offered: lists show it from now on. The queue calls this under its lock."""
        self._inbox.put(
            JobIndexRow(offer.job_id, offer.state, offer.collection, offer.submitted_at, None)
        )

    def flush(self, timeout_s: float, words: bool = False) -> bool:
        """Wait until all that was added before this call is in the index, and with `words` is found
        by its words as well."""
        done = threading.Event()
        self._inbox.put(_Flush(done, words))
        return done.wait(timeout_s)

    def stop(self, timeout_s: float) -> None:
        self._inbox.put(None)
        self._thread.join(timeout_s)

    def alive(self) -> bool:
        return self._thread.is_alive()

    def write_waiting(self) -> None:
        """Write what was added, in the calling thread, instead of `start`; rows that cannot be
        written wait on."""
        self._inbox.put(None)
        self._run()

    def _run(self) -> None:
        with self._stores.library() as library:
            library.keep_little()
            running = True
            while running:
                running = self._write_batch(library)

    def _write_batch(self, library: Library) -> bool:
        running, waiters = self._collect()
        is_asked = any(each.words for each in waiters)
        try:
            library.index_jobs(self._unwritten.values())
            self._unwritten.clear()
            self._told.tell(library, all_of_it=is_asked or not running)
        except (OSError, GristmillError) as error:
            # They stay, and a newer row of the same job takes an older one's place.
            if not isinstance(error, LibraryDamaged):
                rows = len(self._unwritten)
                _log.warning("%d rows of the job index are not written yet: %s", rows, error)
            if running:
                time.sleep(self._retry_s)
        for waiter in waiters:
            waiter.done.set()
        return running

    def _collect(self) -> tuple[bool, list[_Flush]]:
        """Add what has come in to the rows to write; False when it is the end. With rows that
        could not be written before, nothing has to come in."""
        rows, waiters = self._unwritten, list[_Flush]()
        timeout_s = _PAUSE_S if rows else self._told.due_in()
        while True:
            try:
                item = self._inbox.get(timeout=timeout_s)
            except queue.Empty:
                return True, waiters
            if item is None:
                return False, waiters
            if isinstance(item, _Flush):
                waiters.append(item)
            elif isinstance(item, Manifest):
                rows[item.job_id] = row_of(item)
                if item.state.terminal:
                    self._told.add(item)
            else:
                rows[item.job_id] = item
            if len(rows) >= _BATCH:
                return True, waiters
            timeout_s = 0 if waiters else _PAUSE_S
