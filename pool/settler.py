"""Writes what happens to jobs into their manifests: the one writer of `running` and of every end.

Several threads, because fsyncs overlap; one job's two writes never do.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable

from gristmill.pool import ending
from gristmill.pool.entries import Entry
from gristmill.pool.indexer import Indexer
from gristmill.pool.tidying import Tidy
from gristmill.schemas.errors import GristmillError
from gristmill.schemas.manifest import Counts, Manifest
from gristmill.schemas.results import PlannedDocument
from gristmill.schemas.sources import Located
from gristmill.schemas.states import JobState
from gristmill.storage import faults
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests

THREADS = 4
_RETRY_S = 0.5
_log = logging.getLogger(__name__)


class Settler:
    """Fed by the queue's `on_started` and `on_finished`; calls `forget` once a job's terminal
    manifest is durable."""

    def __init__(self, folder: DataFolder, indexer: Indexer) -> None:
        self._folder, self._indexer = folder, indexer
        self._manifests, self._tidy = Manifests(folder), Tidy(folder)
        self._inbox: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._forget: Callable[[str], None] = lambda _: None
        self._threads = [
            threading.Thread(target=self._run, name=f"settler-{number}", daemon=True)
            for number in range(THREADS)
        ]

    def start(self, forget: Callable[[str], None]) -> None:
        self._forget = forget
        for thread in self._threads:
            thread.start()

    def add(self, entry: Entry) -> None:
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

    def _run(self) -> None:
        with Library.open(self._folder.library) as library:
            library.keep_little()
            while (entry := self._inbox.get()) is not None:
                try:
                    with entry.settling:
                        self._settle(entry, library)
                except (OSError, sqlite3.Error, GristmillError) as error:
                    # A full disk, most likely: the job stays pending and is tried for ever.
                    _log.warning("job %s is not written yet: %s", entry.offer.job_id, error)
                    time.sleep(_RETRY_S)
                    self._inbox.put(entry)

    def _settle(self, entry: Entry, library: Library) -> None:
        if entry.settled.is_set():
            return
        manifest = self._manifests.read_pending(entry.offer.job_id)
        if manifest is not None:
            if manifest.state is JobState.QUEUED and entry.started_at is not None:
                manifest = ending.running(manifest, entry.started_at)
                if entry.finished_at is None:
                    faults.hit("settle.before_running")
                    self._manifests.write_running(manifest)
            if entry.finished_at is not None:
                manifest = self._end(manifest, entry, library)
            self._indexer.add([manifest])
        # None: withdrawn by its submitter before it was accepted; there is nothing to write.
        if manifest is None or entry.finished_at is not None:
            self._forget(entry.offer.job_id)
            entry.settled.set()

    def _end(self, manifest: Manifest, entry: Entry, library: Library) -> Manifest:
        counts = self._counts(manifest, entry, library)
        event = ending.event_for(counts, cancelled=entry.cancelled, error=entry.error)
        assert entry.finished_at is not None
        last = ending.ended(manifest, event, counts, entry.error, entry.finished_at)
        self._manifests.write_terminal(last)
        self._tidy(last)
        self._manifests.drop_pending(last.job_id)
        return last

    def _counts(self, manifest: Manifest, entry: Entry, library: Library) -> Counts:
        if entry.counts is not None and not entry.cancelled:
            return entry.counts
        job_id = manifest.job_id
        if entry.cancelled:
            done = library.counts(job_id).total
            if library.planned(job_id) is None and 0 < done < len(manifest.sources):
                # It was done on the spot, where each source is one document: what was cut off
                # has no rows yet, and without them the rest would pass for the whole.
                library.plan(job_id, _one_a_source(manifest))
            library.cancel_pending(job_id)
        return library.counts(job_id)


def _one_a_source(manifest: Manifest) -> list[PlannedDocument]:
    return [
        PlannedDocument(ordinal, source.uri, ordinal)
        for ordinal, source in enumerate(manifest.sources)
        if not isinstance(source, Located)
    ]
