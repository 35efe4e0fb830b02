"""How long the service took to be itself again after each blow."""

import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection

import httpx

from benchmarks.storm.target import Target
from gristmill.pool.client import PoolClient
from gristmill.pool.worker.board import Board, Slot
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests
from gristmill.storage.stores import Stores

_LOOK_S = 0.003
_LONGEST_S = 60.0


class Figures(dict[str, float | int]):
    """`count`, `median` and `worst` of one kind of recovery, in seconds."""


class Recoveries:
    """Measures in threads of its own; a measure that another blow overtakes is dropped and
    counted as such."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = defaultdict(list)
        self._threads: list[threading.Thread] = []
        self.overtaken: Counter[str] = Counter()
        self.never: Counter[str] = Counter()

    def worker(self, pid: int, strike: Callable[[], object]) -> None:
        """Strike a worker down; measure until its document runs again or, if it had none, until
        another worker has come in its place."""
        slots = self._slots()
        before = {slot.worker.pid for slot in slots}
        doomed = next((slot for slot in slots if slot.worker.pid == pid and slot.job_id), None)
        struck = time.monotonic()
        strike()
        if doomed is None:
            self._measure("worker killed: another in its place", struck, self._replaced(before))
        else:
            look = self._runs_again(doomed, struck)
            self._measure("worker killed: its document runs again", struck, look)

    def supervisor(self, what: str, struck: float, generation: int) -> None:
        """The supervisor of `generation` ends at `struck`: measure until the next one is ready,
        and until it has ended a job."""

        def follow() -> None:
            ready = self._target.wait_ready(generation + 1)
            if ready is None or self._target.generation != generation + 1:
                self._note(f"{what}: ready", None, overtaken=ready is not None)
                return
            self._note(f"{what}: ready", ready - struck)
            self._follow(f"{what}: first job ended", struck, self._has_ended_a_job())

        self._start(follow)

    def web(self, struck: float) -> None:
        """Measure until HTTP is answered again."""
        self._measure("web process killed: HTTP answered", struck, self._answers())

    def wait(self) -> None:
        """Wait for all measures that are under way."""
        for thread in self._threads:
            thread.join(_LONGEST_S)

    def figures(self) -> dict[str, Figures]:
        with self._lock:
            return {
                kind: Figures(count=len(t), median=statistics.median(t), worst=max(t))
                for kind, t in sorted(self._times.items())
            }

    # -- measuring -----------------------------------------------------------------------------

    def _measure(self, kind: str, struck: float, look: Callable[[], bool]) -> None:
        self._start(lambda: self._follow(kind, struck, look))

    def _start(self, follow: Callable[[], None]) -> None:
        thread = threading.Thread(target=follow, name="measure", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _follow(self, kind: str, struck: float, look: Callable[[], bool]) -> None:
        generation = self._target.generation
        while time.monotonic() - struck < _LONGEST_S:
            if look():
                self._note(kind, time.monotonic() - struck)
                return
            if self._target.generation != generation:
                self._note(kind, None, overtaken=True)
                return
            time.sleep(_LOOK_S)
        self._note(kind, None)

    def _note(self, kind: str, seconds: float | None, *, overtaken: bool = False) -> None:
        with self._lock:
            if overtaken:
                self.overtaken[kind] += 1
            elif seconds is None:
                self.never[kind] += 1
            else:
                self._times[kind].append(seconds)

    # -- looks ---------------------------------------------------------------------------------

    def _slots(self) -> list[Slot]:
        try:
            board = Board(self._target.folder.board)
        except (OSError, ValueError):
            # The next supervisor is just making it.
            return []
        try:
            return [slot for n in range(board.size) if (slot := board.read(n)) is not None]
        finally:
            board.close()

    def _replaced(self, before: Collection[int]) -> Callable[[], bool]:
        return lambda: any(slot.worker.pid not in before for slot in self._slots())

    def _runs_again(self, doomed: Slot, struck: float) -> Callable[[], bool]:
        job_id, ordinal = doomed.job_id or "", doomed.ordinal
        manifests = Manifests(self._target.folder)

        def look() -> bool:
            if any(
                (slot.job_id, slot.ordinal) == (job_id, ordinal) and slot.started > struck
                for slot in self._slots()
            ):
                return True
            # It may be over before we look, or the job cancelled.
            return not manifests.is_pending(job_id) or self._ended(job_id, ordinal)

        return look

    def _ended(self, job_id: str, ordinal: int) -> bool:
        with Library.open(self._target.folder.library, readonly=True) as library:
            rows = library.ledger_page(job_id, state=None, after=ordinal - 1, limit=1)
        return bool(rows) and rows[0].ordinal == ordinal and rows[0].state.value != "pending"

    def _has_ended_a_job(self) -> Callable[[], bool]:
        client = PoolClient(Stores(self._target.folder), 1.0)

        def look() -> bool:
            try:
                return client.stats().finished > 0
            except GristmillError:
                return False

        return look

    def _answers(self) -> Callable[[], bool]:
        def look() -> bool:
            try:
                return httpx.get(f"{self._target.url}/healthz", timeout=5.0).status_code == 200
            except httpx.TransportError:
                return False

        return look
