"""The local engine: a `multiprocessing.Pool` whose tasks are whole worker lives.

Workers never idle inside the Pool (an idle one that is killed there deadlocks it): each takes one
life from the Pool's own queue and spends it pulling tasks from ours. Spare lives wait there, so
that the process which replaces a dead one starts at once.
"""

import logging
import signal
import time
from collections import deque
from collections.abc import Callable, Collection, Container
from multiprocessing.pool import Pool
from typing import Any, NamedTuple

import psutil

from gristmill.pool.engines.local.birth import Birth, OwedProcesses, stopped_forkserver
from gristmill.pool.engines.local.oom_watch import OomWatch
from gristmill.pool.engines.local.processes import Registry, keep_sockets_in, pool_context
from gristmill.pool.engines.local.seats import Seats
from gristmill.pool.engines.one_machine import OneMachine
from gristmill.pool.processes.ladder import KillLadder, is_alive
from gristmill.pool.worker import last_words
from gristmill.pool.worker.board import Board
from gristmill.pool.worker.lives.pooled import run_life
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Death, Glimpse, Loss, Trouble
from gristmill.storage.layout import DataFolder

EARLY_DEATHS, WITHIN_S = 10, 30.0
"""More than so many workers dead before they got to work, in so short a time: the breaker opens."""
COOL_DOWN_S = 10.0
"""Or the boot deadline, where that is shorter: the next try is due as soon as that, too."""
SUSPECT_S = 1.0
"""A worker that died before it got to work may have held a lock of the Pool, which nobody will
release. Whoever waits for so long after such a death is taken to wait for that lock."""
_SLOTS_PER_WORKER = 4
"""A worker that was given up for lost keeps its slot until it has ended."""
_BIRTH_GRACE_S = 5.0
"""A stop waits for so long for a Pool in the making. What comes later ends with this process."""
_NO_NEWS = 255
"""What multiprocessing takes for the exit code of a process whose forkserver has ended."""
_GIVEN_UP = float("inf")
"""When those were born whom we end with their Pool: never late, no suspicion on the next one."""
_log = logging.getLogger(__name__)


class _Retired(NamedTuple):
    """A Pool that makes no more workers, with those that lived when it was retired."""

    pool: Pool
    pids: set[int]
    at: float


class LocalEngine(OneMachine):
    """`size` worker processes on this machine, and as many spare ones as the settings say: booted,
    and at the queue. `enrol` is called with each that joins."""

    def __init__(
        self, folder: DataFolder, settings: Settings, size: int, enrol: Callable[[WorkerId], None]
    ) -> None:
        self._folder, self._settings = folder, settings
        self._size = size + settings.spare_workers
        self._seats = Seats(Board.create(folder.board, _SLOTS_PER_WORKER * self._size), enrol)
        self._ladder = KillLadder()
        self._oom = OomWatch()
        self._boot_s = settings.boot_deadline_s
        self._cool_down_s = min(COOL_DOWN_S, self._boot_s)
        keep_sockets_in(folder.run)
        self._registry = Registry()
        self._context = pool_context(self._registry)
        self._pool: Pool | None = None
        self._birth: Birth | None = None
        self._owed = OwedProcesses()
        self._retired: list[_Retired] = []
        self._supplied = self._consumed = 0
        self._early = 0
        self._born: dict[int, float] = {}
        self._early_deaths: deque[float] = deque(maxlen=EARLY_DEATHS)
        self._broken_until: float | None = None
        self._suspect_since: float | None = None

    def start(self) -> None:
        if self._birth is None:
            self._birth = Birth(self._made)

    def _made(self) -> Pool:
        """A Pool with its first lives. Not in the supervisor's loop: see `Birth`."""
        pool = Pool(self._size, maxtasksperchild=1, context=self._context)
        self._give_lives(pool, 2 * self._size)
        return pool

    def _adopt(self, timeout_s: float = 0.0) -> None:
        """Take over the Pool that was in the making, once it is there. Where that failed, `tick`
        finds that there is no Pool and comes back to it."""
        if self._birth is None or not self._birth.wait(timeout_s):
            return
        self._pool, self._birth = self._birth.pool, None
        self._supplied = self._consumed + 2 * self._size

    def join(self, worker: WorkerId) -> int:
        return self._seats.join(worker)

    def wait(self, timeout_s: float) -> list[Loss]:
        # Here, not in `tick`: a drain only waits, and whoever is over a limit then has to go, too.
        self._ladder.tick()
        return self._dead_strays(self._registry.living()) or self._ended(timeout_s)

    def _ended(self, timeout_s: float) -> list[Loss]:
        """Wait for processes of ours to end; each is reported once."""
        ended = self._registry.wait(timeout_s)
        for pid in ended:
            born = self._born.pop(pid, None)
            if pid not in self._seats.pids():
                self._early += 1
                self._early_deaths.append(now := time.monotonic())
                self._suspect_since = self._suspect_since if born == _GIVEN_UP else now
        losses = [self._loss(pid, self._registry.collect(pid)) for pid in ended]
        return [loss for loss in losses if loss is not None]

    def _dead_strays(self, living: Container[int]) -> list[Loss]:
        """Workers that ended and are not ours to watch: a worker whose forkserver died was given
        up, and may still have joined after that."""
        losses = [
            self._loss(seat.worker.pid, None)
            for seat in self._seats.all()
            if seat.worker.pid not in living and not is_alive(seat.process)
        ]
        return [loss for loss in losses if loss is not None]

    def _loss(self, pid: int, exit_code: int | None) -> Loss | None:
        """What the end of a process comes to; None where it had not joined."""
        if (left := self._seats.leave(pid)) is None:
            return None
        seat, last = left
        if is_alive(seat.process):
            # Its forkserver died, and with it the news of its children. A worker that we have
            # lost sight of must not go on.
            self._ladder.condemn(seat.process)
        if exit_code == _NO_NEWS and (seat.parent is None or not is_alive(seat.parent)):
            exit_code = None
        short = exit_code == -signal.SIGKILL and self._oom.has_just_killed()
        said = last_words.heard(self._folder, pid)
        how = Death.of_exit_code(exit_code, short_of_memory=short, words=said)
        return Loss(seat.worker, how, last)

    def tick(self) -> None:
        self._oom.tick()
        now = time.monotonic()
        if self._broken_until is not None:
            if now < self._broken_until:
                return
            self._broken_until = None
            self._early_deaths.clear()
            self.start()
        self._adopt()
        owed = self._birth is not None or len(self._registry.living()) < self._size
        if (forkserver := self._owed.look(owed)) is not None:
            self._ladder.condemn(forkserver)
        # A life that began has left the Pool's queue, and so has, perhaps, that of a worker
        # which died before it joined: put others behind them.
        self._consumed = self._seats.joined + self._early
        if self._pool is not None and (lives := self._consumed + self._size - self._supplied) > 0:
            self._give_lives(self._pool, lives)
            self._supplied += lives
        if self._birth is None and (self._late(now) or not self._pool_lives()):
            self._replace_pool()
        self._check_breaker(now)
        self._drop_retired(now)

    def _late(self, now: float) -> bool:
        """Whether workers wait inside the Pool for longer than they should."""
        living, joined = self._registry.living(), self._seats.pids()
        waits = {pid: now - self._born.setdefault(pid, now) for pid in living}
        late = [pid for pid in waits if pid not in joined and waits[pid] > self._boot_s]
        if late:
            _log.error("workers %s did not get to work within %g s", late, self._boot_s)
        if self._suspect_since is None:
            return bool(late)
        suspect_s = now - self._suspect_since
        if any(pid in joined and waits[pid] < suspect_s for pid in waits):
            # One that came after that death has got its life from the Pool: its lock is free.
            self._suspect_since = None
        stuck = [pid for pid in waits if pid not in joined and waits[pid] > SUSPECT_S]
        if stuck and suspect_s > SUSPECT_S:
            _log.error("workers %s wait for one that died before it got to work", stuck)
            return True
        return bool(late)

    def trouble(self) -> Trouble | None:
        if self._broken_until is None:
            return None
        return Trouble(f"{EARLY_DEATHS} workers died before they got to work; the log says why")

    def workers(self) -> set[WorkerId]:
        return {seat.worker for seat in self._seats.all()}

    def glimpses(self) -> list[Glimpse]:
        return self._seats.glimpses()

    def end(self, worker: WorkerId) -> None:
        seat = self._seats.of(worker)
        if seat is not None:
            self._ladder.condemn(seat.process)

    def cancel(self, job_id: str, workers: Collection[WorkerId]) -> None:
        self._seats.cancel(job_id, workers)

    def forget_cancel(self, job_id: str) -> None:
        self._seats.forget_cancel(job_id)

    def stop(self, timeout_s: float) -> list[Loss]:
        losses: list[Loss] = []
        self._adopt(timeout_s + _BIRTH_GRACE_S)
        self._retire_pool()
        deadline = time.monotonic() + timeout_s
        while self._registry.living() and (left := deadline - time.monotonic()) > 0:
            # Those that never got a life are inside the Pool and hear of nothing.
            for pid in self._registry.living().keys() - self._seats.pids():
                self._condemn(pid)
            self._ladder.tick()
            losses += self._ended(min(left, 0.05))
        for pid in self._registry.living():
            self._condemn(pid)
        if (forkserver := stopped_forkserver()) is not None:
            self._ladder.condemn(forkserver)
        self._ladder.finish()
        return losses + self._ended(0.1)

    def _give_lives(self, pool: Any, lives: int) -> None:
        for _ in range(lives):
            # The callbacks do nothing and so cannot raise: one that raised would end the
            # Pool's result thread.
            result: Any = pool.apply_async(run_life, (self._settings, self._folder))
            # The Pool keeps a result until it comes, and that of a killed worker never does:
            # without this each kill costs a kilobyte for ever. One that nobody knows is dropped.
            pool._cache.pop(result._job, None)

    def _drop_retired(self, now: float) -> None:
        living = self._registry.living().keys()
        self._retired = [
            retired
            for retired in self._retired
            if retired.pids & living or now - retired.at < 2 * self._boot_s
        ]

    def _condemn(self, pid: int) -> None:
        try:
            self._ladder.condemn(psutil.Process(pid))
        except (OSError, psutil.NoSuchProcess):
            # Gone; or we are out of descriptors: a later stop or limit comes to it again.
            pass

    def _check_breaker(self, now: float) -> None:
        deaths = self._early_deaths
        if len(deaths) == EARLY_DEATHS and now - deaths[0] < WITHIN_S:
            pause = self._cool_down_s
            _log.error("%d workers died at their start, next try in %g s", len(deaths), pause)
            self._broken_until = now + pause
            self._give_pool_up()

    def _replace_pool(self) -> None:
        """Some workers did not get to work in time. They may hang by themselves; or one that was
        killed inside the Pool's own code holds its lock for ever, and no other gets a life from
        that Pool again. Or the forkserver died, and the Pool's thread with it. All is cured by
        ending those workers and making another Pool; the healthy ones of the old one go on to
        the end of their lives."""
        _log.error("the pool is replaced by a new one")
        self._give_pool_up()
        self.start()

    def _give_pool_up(self) -> None:
        self._suspect_since = None
        self._retire_pool()
        for pid in self._registry.living().keys() - self._seats.pids():
            self._condemn(pid)
            self._born[pid] = _GIVEN_UP

    def _pool_lives(self) -> bool:
        pool: Any = self._pool
        return pool is not None and all(
            thread.is_alive()
            for thread in (pool._worker_handler, pool._task_handler, pool._result_handler)
        )

    def _retire_pool(self) -> None:
        """Stop a Pool from making workers, without `terminate()`: that takes the read lock,
        untimed, which a dead worker may hold. Here, in `_pool_lives` and in `_give_lives` alone
        are its private parts touched."""
        pool: Any = self._pool
        if pool is not None:
            pool._state = pool._worker_handler._state = "TERMINATE"
            pool._change_notifier.put(None)
            pool._terminate.cancel()
            # Kept: a process that it started a moment ago still has to find its locks.
            self._retired.append(_Retired(pool, set(self._registry.living()), time.monotonic()))
            self._pool = None
