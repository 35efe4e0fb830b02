"""Keeps the job index of the library in step with the manifests, in batches, from one thread."""

import logging
import queue
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from gristmill.schemas.errors import GristmillError
from gristmill.schemas.manifest import Manifest
from gristmill.storage.library import Library
from gristmill.storage.library.job_index import JobIndexRow

_BATCH = 500
_PAUSE_S = 0.02
_log = logging.getLogger(__name__)


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

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inbox: queue.SimpleQueue[JobIndexRow | threading.Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)
        self._thread.start()

    def add(self, manifests: Iterable[Manifest]) -> None:
        """Index manifests soon. Returns at once."""
        for manifest in manifests:
            self._inbox.put(row_of(manifest))

    def flush(self, timeout_s: float) -> bool:
        """Wait until all that was added before this call is in the index."""
        done = threading.Event()
        self._inbox.put(done)
        return done.wait(timeout_s)

    def stop(self, timeout_s: float) -> None:
        self._inbox.put(None)
        self._thread.join(timeout_s)

    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        with Library.open(self._path) as library:
            running = True
            while running:
                running = self._write_batch(library)

    def _write_batch(self, library: Library) -> bool:
        rows: dict[str, JobIndexRow] = {}
        waiters: list[threading.Event] = []
        running = True
        item = self._inbox.get()
        while True:
            if item is None:
                running = False
            elif isinstance(item, threading.Event):
                waiters.append(item)
            else:
                rows[item.job_id] = item
            try:
                if not running or len(rows) >= _BATCH:
                    break
                item = self._inbox.get(timeout=0 if waiters else _PAUSE_S)
            except queue.Empty:
                break
        try:
            library.index_jobs(rows.values())
        except (sqlite3.Error, GristmillError) as error:
            _log.warning("%d rows of the job index were not written: %s", len(rows), error)
        for waiter in waiters:
            waiter.set()
        return running
