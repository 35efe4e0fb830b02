"""Calls to the supervisor's served objects, each with a deadline."""

import os
import threading
from collections.abc import Sequence
from datetime import datetime
from multiprocessing import AuthenticationError
from multiprocessing.connection import answer_challenge, deliver_challenge
from typing import Any

import msgspec

from gristmill.pool.client.wire import Wire
from gristmill.schemas.cluster import NodeLook
from gristmill.schemas.events import Happenings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import Offer, OfferResult, Problem, QueueStats
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId
from gristmill.schemas.overview import WorkerLook
from gristmill.schemas.problems.errors import (
    Draining,
    GristmillError,
    IllegalTransition,
    JobNotFound,
    SupervisorAway,
)
from gristmill.schemas.telemetry.spans import Span
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores

DEADLINE_S = 5.0


class SupervisorInfo(msgspec.Struct, frozen=True):
    """`run/supervisor.json`: who supervises this folder and where the queue is served.

    `queue` and `control` are the Manager's ids of the two objects.
    """

    pid: int
    started: datetime
    version: str
    address: str
    queue: str
    control: str


def supervisor_info(folder: DataFolder) -> SupervisorInfo | None:
    """Who supervises a folder, None where nobody says so."""
    try:
        return msgspec.json.decode(folder.supervisor_info.read_bytes(), type=SupervisorInfo)
    except (OSError, msgspec.MsgspecError):
        return None


class _Line(threading.local):
    """One connection a thread, made when it is first needed. `pid` is the process that made it:
    after a bare fork both would speak on one line, so the child makes its own."""

    wire: Wire | None = None
    info: SupervisorInfo | None = None
    pid: int = 0


class PoolClient:
    """A process's handle on the supervisor of a data folder. Thread-safe.

    Speaks the protocol of `multiprocessing.managers` itself: its proxies wait for ever, and
    take several round trips before the first call. All methods raise SupervisorAway when no
    supervisor answers within `deadline_s` seconds.
    """

    def __init__(self, stores: Stores, deadline_s: float = DEADLINE_S) -> None:
        self._folder, self._manifests = stores.folder, stores.manifests
        self._deadline_s = deadline_s
        self._line = _Line()

    # -- submitters ---------------------------------------------------------------------------

    def ensure(self) -> None:
        """Make sure that this thread has a connection to a living supervisor."""
        wire = self._line.wire
        if wire is None or self._line.pid != os.getpid() or wire.is_over():
            self.close()
            self._connect()

    def offer_many(self, offers: Sequence[Offer]) -> list[OfferResult]:
        """What the queue says to each, in one round trip."""
        results: list[OfferResult] = self._queue("offer_many", offers)
        return results

    def cancel(self, job_id: str) -> Manifest:
        """Cancel a pending job and return its manifest as it is now: a waiting job has ended, a
        running one ends within a second. Raises JobNotFound, IllegalTransition."""
        found = self._control("cancel", job_id)
        manifest = self._read(job_id)
        if not found:
            raise IllegalTransition(f"job {job_id} is {manifest.state}: there is nothing to cancel")
        return manifest

    def retry(self, job_id: str) -> Manifest:
        """Queue an ended job again. Raises JobNotFound, IllegalTransition, DuplicateJob."""
        if self.stats().draining:
            raise Draining("the service is shutting down; retry when it is back")
        self._control("retry", job_id)
        return self._read(job_id)

    def replay_webhook(self, job_id: str) -> Manifest:
        """Have the end of a job told once more. Raises JobNotFound, IllegalTransition,
        StorageFailed."""
        self._control("replay_webhook", job_id)
        return self._read(job_id)

    def stats(self) -> QueueStats:
        result: QueueStats = self._queue("stats")
        return result

    def problems(self) -> list[Problem]:
        """What keeps the service from being ready; empty when it is."""
        result: list[Problem] = self._control("problems")
        return result

    def workers(self) -> list[WorkerLook]:
        """What each worker is at."""
        result: list[WorkerLook] = self._control("workers")
        return result

    def nodes(self) -> list[NodeLook]:
        """The machines that workers run on, where that is not this one alone."""
        result: list[NodeLook] = self._control("nodes")
        return result

    def retire(self, node: str) -> bool:
        """Let a node end what it holds, and give it nothing more; False where there is none."""
        return bool(self._control("retire", node))

    def happened(self, seq: int | None, wait_s: float = 0.0) -> Happenings:
        """The events after number `seq`, of which there may be more; without a number none, but
        that of the last one. Waits up to `wait_s` seconds for one."""
        found = self._call("control", "happened", (seq, wait_s), self._deadline_s + wait_s)
        return msgspec.msgpack.decode(found, type=Happenings)

    def drain(self) -> None:
        """Have the service end, as a SIGTERM does. Returns at once."""
        self._control("drain")

    def wait_for_idle(self, timeout_s: float) -> bool:
        """Wait until no job is pending, at most `timeout_s` seconds."""
        return bool(self._queue("wait_for_idle", timeout_s, extra_s=timeout_s))

    def flush_index(self, timeout_s: float, words: bool = False) -> None:
        """Have lists show what was just accepted and, with `words`, find what has just ended. Never
        raises: lists are served without it."""
        try:
            self._control("flush_index", timeout_s, words)
        except (GristmillError, _managers().RemoteError):
            pass

    def announce(self, job_ids: Sequence[str]) -> None:
        """Have jobs indexed that were turned away. Never raises."""
        try:
            self._control("announce", job_ids)
        except (GristmillError, _managers().RemoteError):
            pass

    def tell_deleted(self, jobs: Sequence[tuple[str, str]]) -> None:
        """Have whoever listens told of jobs, each with its collection, that were deleted. Never
        raises: it is done, whoever hears of it."""
        try:
            self._control("tell_deleted", jobs)
        except (GristmillError, _managers().RemoteError):
            pass

    def alive(self) -> bool:
        """Whether a supervisor answers."""
        try:
            self.stats()
        except SupervisorAway:
            return False
        return True

    def info(self) -> SupervisorInfo | None:
        """Who supervises the folder, None where nobody says so."""
        return supervisor_info(self._folder)

    # -- workers ------------------------------------------------------------------------------

    def join(self, worker: WorkerId) -> int:
        return int(self._control("join", worker))

    def lease(
        self, worker: WorkerId, finished: Sequence[Report], wait_s: float
    ) -> list[Task] | None:
        result: list[Task] | None = self._queue("lease", worker, finished, wait_s, extra_s=wait_s)
        return result

    def report(self, worker: WorkerId, finished: Sequence[Report]) -> None:
        self._queue("report", worker, finished)

    def leave(self, worker: WorkerId, finished: Sequence[Report]) -> None:
        self._queue("leave", worker, finished)

    def traced(self, spans: Sequence[Span]) -> None:
        """Have steps of traces sent on."""
        self._control("traced", spans)

    # -- the line -----------------------------------------------------------------------------

    def close(self) -> None:
        """Hang up this thread's line."""
        if self._line.wire is not None:
            self._line.wire.close()
            self._line.wire = None

    def _queue(self, method: str, *args: object, extra_s: float = 0.0) -> Any:
        return self._call("queue", method, args, extra_s)

    def _control(self, method: str, *args: object) -> Any:
        return self._call("control", method, args, self._deadline_s)

    def _call(self, target: str, method: str, args: tuple[object, ...], extra_s: float) -> Any:
        self.ensure()
        wire, info = self._line.wire, self._line.info
        assert wire is not None and info is not None
        try:
            wire.send((getattr(info, target), method, args, {}))
            kind, result = wire.receive(self._deadline_s + extra_s)
        except (OSError, EOFError) as error:
            # The line is dropped: a late answer must never be taken for the next call's.
            self.close()
            raise self._away() from error
        if kind == "#RETURN":
            return result
        raise _managers().convert_to_error(kind, result)

    def _connect(self) -> None:
        info = self.info()
        try:
            if info is None:
                raise FileNotFoundError
            key = bytes.fromhex(self._folder.authkey.read_text())
            wire = Wire(info.address, self._deadline_s)
            try:
                answer_challenge(wire.connection, key)
                deliver_challenge(wire.connection, key)
                wire.send((None, "accept_connection", (threading.current_thread().name,), {}))
                wire.receive(self._deadline_s)
            except BaseException:
                wire.close()
                raise
        except (OSError, EOFError, ValueError, AuthenticationError) as error:
            raise self._away() from error
        self._line.wire, self._line.info = wire, info
        self._line.pid = os.getpid()

    def _away(self) -> SupervisorAway:
        return SupervisorAway(
            f"no supervisor answers on the data folder {self._folder.root.name}; "
            "start one with `gristmill serve`"
        )

    def _read(self, job_id: str) -> Manifest:
        manifest = self._manifests.read(job_id)
        if manifest is None:
            raise JobNotFound(f"there is no job {job_id}")
        return manifest


def _managers() -> Any:
    """Needed when a call has failed only: its import takes as long as that of all else here."""
    import multiprocessing.managers

    return multiprocessing.managers
