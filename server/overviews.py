"""The service at a glance, looked at once a second however many look."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from gristmill.pool.client import PoolClient
from gristmill.pool.intake import Room
from gristmill.schemas.cluster import NodeLook
from gristmill.schemas.ids import first_id_at
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.overview import Advice, Amount, OverviewView, WorkerLook, WorkerView
from gristmill.schemas.problems.errors import GristmillError, SupervisorAway
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.schemas.version import VERSION
from gristmill.server.advice import advice_of, filling
from gristmill.storage.library import Library

_FRESH_S = 1.0
_MOST = 10_000
"""So many jobs of a state are counted; then there are more."""
_RECENT_S = 24 * 3600
_BRIEF_S = 0.5
"""How much later than before a document may seem to have begun and still be the same."""


class Overviews:
    """For all threads of a web process. `library` gives the calling thread's."""

    def __init__(self, client: PoolClient, room: Room, library: Callable[[], Library]) -> None:
        self._client, self._room, self._library = client, room, library
        self._lock = threading.Lock()
        self._kept: tuple[float, OverviewView] | None = None
        self._cpu: dict[tuple[str, int], tuple[float, float, int | None]] = {}
        self._begun: dict[tuple[str, int], tuple[str, int, datetime]] = {}

    def of(self, collections: tuple[str, ...] | None) -> OverviewView:
        """What somebody sees who sees these collections (None: all)."""
        if collections is not None:
            return self._counted(collections)
        with self._lock:
            now = time.monotonic()
            if self._kept is None or now - self._kept[0] > _FRESH_S:
                self._kept = (now, self._look())
            return self._kept[1]

    def _counted(self, collections: tuple[str, ...]) -> OverviewView:
        jobs, oldest = self._jobs(collections)
        advice = [] if self._client.alive() else [advice_of(SupervisorAway(_AWAY))]
        return OverviewView(VERSION, jobs, oldest, advice, None, None, None, None)

    def _look(self) -> OverviewView:
        advice = [advice_of(shortage)] if (shortage := self._room.shortage()) else []
        depth, looks, nodes = None, list[WorkerLook](), list[NodeLook]()
        try:
            advice += [advice_of(problem) for problem in self._client.problems()]
            stats = self._client.stats()
            depth, looks = stats.depth, self._client.workers()
            nodes = self._client.nodes()
            advice += filling(stats)
        except SupervisorAway as error:
            advice.append(advice_of(error))
        jobs, oldest = dict[str, Amount](), None
        with suppress(LibraryTrouble):
            # That it is damaged is said above, and the rest can be seen all the same.
            jobs, oldest = self._jobs(None)
        machine = None
        with suppress(OSError):
            machine = self._room.machine()
        return OverviewView(
            VERSION, jobs, oldest, _once(advice), depth, self._workers(looks), machine, nodes
        )

    def _jobs(self, within: tuple[str, ...] | None) -> tuple[dict[str, Amount], datetime | None]:
        library = self._library()
        # To the minute, so that nothing changes while nothing happens.
        day_ago = first_id_at(time.time() // 60 * 60 - _RECENT_S)
        jobs = {}
        for state in JobState:
            since = day_ago if state.terminal else ""
            found = library.count_jobs(state=state, collection=within, since=since, most=_MOST + 1)
            jobs[state.value] = Amount(min(found, _MOST), more=found > _MOST)
        oldest = library.oldest_job(state=JobState.QUEUED, collection=within)
        return jobs, None if oldest is None else oldest.submitted_at

    def _workers(self, looks: list[WorkerLook]) -> list[WorkerView]:
        known = {(look.host, look.pid) for look in looks}
        self._cpu = {who: seen for who, seen in self._cpu.items() if who in known}
        self._begun = {who: seen for who, seen in self._begun.items() if who in known}
        return [self._worker(look) for look in looks]

    def _worker(self, look: WorkerLook) -> WorkerView:
        at_work = look.job_id is not None
        return WorkerView(
            look.pid,
            look.host,
            self._cpu_of(look),
            # To the megabyte: its last bytes are never the same.
            look.memory >> 20 << 20,
            look.documents,
            look.job_id,
            self._uri(look),
            self._since(look) if at_work else None,
            look.stage if at_work else None,
            look.page if at_work else None,
        )

    def _cpu_of(self, look: WorkerLook) -> int | None:
        who, now = (look.host, look.pid), time.monotonic()
        before = self._cpu.get(who)
        percent = None
        if before is not None and now > before[0]:
            percent = max(0, round(100 * (look.cpu_s - before[1]) / (now - before[0])))
        self._cpu[who] = (now, look.cpu_s, percent)
        return percent

    def _since(self, look: WorkerLook) -> datetime:
        """When a document began: the same each time, though each look measures anew."""
        assert look.job_id is not None
        who, at = (look.host, look.pid), datetime.now(UTC) - timedelta(seconds=look.since_s)
        before = self._begun.get(who)
        same = before is not None and before[:2] == (look.job_id, look.ordinal)
        if before is not None and same and abs((at - before[2]).total_seconds()) < _BRIEF_S:
            return before[2]
        self._begun[who] = (look.job_id, look.ordinal, at)
        return at

    def _uri(self, look: WorkerLook) -> str | None:
        if look.job_id is None or look.ordinal < 0:
            return None
        with suppress(GristmillError):
            rows = self._library().ledger_page(
                look.job_id, state=None, after=look.ordinal - 1, limit=1
            )
            if rows and rows[0].ordinal == look.ordinal:
                return rows[0].uri
        return None


_AWAY = "no supervisor answers on the data folder"


def _once(advice: list[Advice]) -> list[Advice]:
    return list({each.code: each for each in advice}.values())
