"""The local engine: a `multiprocessing.Pool` whose tasks are whole worker lives.

Workers never idle inside the Pool (PITFALLS: killing an idle one deadlocks it): each takes one
life from the Pool's own queue and spends it pulling tasks from ours. Spare lives wait there, so
that the process which replaces a dead one starts at once.
"""

import logging
import time
from collections import deque
from multiprocessing.connection import wait as wait_for
from multiprocessing.pool import Pool
from typing import Any

import psutil

from gristmill.pool.engines.processes import Registry, pool_context
from gristmill.pool.engines.protocol import Loss
from gristmill.pool.ladder import KillLadder
from gristmill.pool.roster import Member
from gristmill.pool.worker.life import run_life
from gristmill.schemas.errors import ServiceFailed
from gristmill.schemas.settings import Settings

BOOT_S = 15.0
"""A process that has not joined the queue by then hangs; it is killed."""
_EARLY_DEATHS, _WITHIN_S = 20, 30.0
_log = logging.getLogger(__name__)


class LocalEngine:
    """`size` worker processes on this machine."""

    def __init__(self, settings: Settings, size: int, ladder: KillLadder) -> None:
        self._settings, self._size, self._ladder = settings, size, ladder
        self._registry = Registry()
        self._context = pool_context(self._registry)
        self._pool: Pool | None = None
        self._retired: list[Pool] = []
        self._lives = 0
        self._born: dict[int, float] = {}
        self._joined: set[int] = set()
        self._early_deaths: deque[float] = deque(maxlen=_EARLY_DEATHS)
        self._full_since = time.monotonic()

    def start(self) -> None:
        self._pool = Pool(self._size, maxtasksperchild=1, context=self._context)
        self._supply(2 * self._size)

    def wait(self, timeout_s: float) -> list[Loss]:
        living = self._registry.living()
        by_sentinel = {process.sentinel: pid for pid, process in living.items()}
        if not by_sentinel:
            time.sleep(timeout_s)
            return []
        ended = [by_sentinel[s] for s in wait_for(list(by_sentinel), timeout_s)]  # type: ignore[index]
        return [Loss(pid, self._registry.collect(pid)) for pid in ended]

    def tick(self, joined: set[int], lives: int) -> None:
        now = time.monotonic()
        living = self._registry.living()
        # A life that began has left the Pool's queue; put another behind it.
        self._supply(lives + self._size - self._lives)
        for pid in self._born.keys() - living.keys():
            del self._born[pid]
            if pid not in self._joined:
                self._early_deaths.append(now)
        self._joined = joined & living.keys()
        for pid in living:
            born = self._born.setdefault(pid, now)
            if pid not in joined and now - born > BOOT_S:
                _log.warning("worker %d did not get to work within %g s: ending it", pid, BOOT_S)
                self._condemn(pid)
        self._check_breaker(now)
        self._watch_pool(now, len(self._joined))

    def end(self, member: Member) -> None:
        self._ladder.condemn(member.process)

    def stop(self, timeout_s: float) -> list[Loss]:
        losses: list[Loss] = []
        self._retire_pool()
        deadline = time.monotonic() + timeout_s
        while self._registry.living() and (left := deadline - time.monotonic()) > 0:
            # Those that never got a life are inside the Pool and hear of nothing.
            for pid in self._registry.living().keys() - self._joined:
                self._condemn(pid)
            self._ladder.tick()
            losses += self.wait(min(left, 0.05))
        for pid in self._registry.living():
            self._condemn(pid)
        self._ladder.finish()
        return losses + self.wait(0.1)

    def _supply(self, lives: int) -> None:
        for _ in range(lives):
            assert self._pool is not None
            # The callbacks do nothing and so cannot raise: one that raised would end the
            # Pool's result thread.
            self._pool.apply_async(run_life, (self._settings,))
            self._lives += 1

    def _condemn(self, pid: int) -> None:
        try:
            self._ladder.condemn(psutil.Process(pid))
        except psutil.NoSuchProcess:
            pass

    def _check_breaker(self, now: float) -> None:
        deaths = self._early_deaths
        if len(deaths) == _EARLY_DEATHS and now - deaths[0] < _WITHIN_S:
            raise ServiceFailed(
                f"{_EARLY_DEATHS} workers in {_WITHIN_S:g} s died before they got to work; "
                "the log above says why"
            )

    def _watch_pool(self, now: float, joined: int) -> None:
        """A worker killed inside the Pool's own code may leave its lock held for ever: then no
        replacement gets a life. The only cure is another Pool."""
        if joined >= self._size:
            self._full_since = now
        elif now - self._full_since > 2 * BOOT_S:
            _log.error("the pool is stuck with %d of %d workers: rebuilding", joined, self._size)
            self._retire_pool()
            for pid in self._registry.living().keys() - self._joined:
                self._condemn(pid)
            # Of full size: the healthy workers of the old one are not replaced when they end.
            self.start()
            self._full_since = now

    def _retire_pool(self) -> None:
        """Stop a Pool from making workers, without `terminate()`: that takes the read lock,
        untimed, which a dead worker may hold. The one place that touches its private parts."""
        pool: Any = self._pool
        if pool is not None:
            pool._state = pool._worker_handler._state = "TERMINATE"
            pool._change_notifier.put(None)
            pool._terminate.cancel()
            # Kept: a process that it started a moment ago still has to find its locks.
            self._retired.append(pool)
            self._pool = None
