"""Carries out the plan of a storm."""

import heapq
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import psutil

from benchmarks.storm.plan import Blow, Strike
from benchmarks.storm.recoveries import Recoveries
from benchmarks.storm.target import Target

_STOPS = {Blow.STOP_WORKER, Blow.STOP_WEB, Blow.STOP_SUPERVISOR}


class Striker:
    """`done` counts blows by kind, `kills` the processes that got a SIGKILL, by role; `missed`
    the blows that found nobody to hit."""

    def __init__(self, target: Target, recoveries: Recoveries) -> None:
        self._target, self._recoveries = target, recoveries
        self._stopped: list[tuple[float, int, psutil.Process]] = []
        self.done: Counter[str] = Counter()
        self.kills: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()

    def run(self, plan: Sequence[Strike]) -> None:
        """Strike at the planned moments; in the end everything stopped goes on."""
        start = time.monotonic()
        for strike in plan:
            while self._wait(start + strike.at):
                pass
            if self._target.hopeless:
                break
            hit = self._strike(strike)
            (self.done if hit else self.missed)[strike.blow.value] += 1
        while self._stopped:
            self._continue_one()

    def _wait(self, until: float) -> bool:
        """Wait for a moment, or for an earlier one at which something goes on: True then."""
        moment = min(until, self._stopped[0][0]) if self._stopped else until
        time.sleep(max(0.0, moment - time.monotonic()))
        if moment == until:
            return False
        self._continue_one()
        return True

    def _continue_one(self) -> None:
        _, _, process = heapq.heappop(self._stopped)
        _send(process, signal.SIGCONT)

    def _strike(self, strike: Strike) -> bool:
        victims = self._victims(strike.blow)
        if not victims:
            return False
        if strike.blow is Blow.KILL_WORKERS:
            return self._kill_each(victims)
        if strike.blow is Blow.KILL_ALL:
            return self._kill_all(victims)
        victim = victims[int(strike.pick * len(victims))]
        if strike.blow in _STOPS:
            due = time.monotonic() + strike.pause_s
            heapq.heappush(self._stopped, (due, victim.pid, victim))
            return _send(victim, signal.SIGSTOP)
        if strike.blow is Blow.DRAIN:
            self._follow_restart("drained and restarted")
            return _send(victim, signal.SIGTERM)
        return self._kill(strike.blow, victim)

    def _victims(self, blow: Blow) -> list[psutil.Process]:
        target = self._target
        places: dict[Blow, Callable[[], list[psutil.Process]]] = {
            Blow.KILL_WORKER: target.workers,
            Blow.KILL_WORKERS: target.workers,
            Blow.STOP_WORKER: target.workers,
            Blow.KILL_WEB: target.webs,
            Blow.STOP_WEB: target.webs,
            Blow.KILL_FORKSERVER: target.forkservers,
            Blow.KILL_ALL: target.family,
        }
        return places.get(blow, target.supervisor)()

    def _kill(self, blow: Blow, victim: psutil.Process) -> bool:
        if blow is Blow.KILL_WORKER:
            return self._kill_each([victim])
        self.kills[blow.value.removeprefix("kill ")] += 1
        if blow is Blow.KILL_SUPERVISOR:
            self._follow_restart("supervisor killed")
        struck = time.monotonic()
        hit = _send(victim, signal.SIGKILL)
        if blow is Blow.KILL_WEB:
            self._recoveries.web(struck)
        return hit

    def _kill_each(self, workers: Sequence[psutil.Process]) -> bool:
        for worker in workers:
            self.kills["a worker"] += 1
            self._recoveries.worker(worker.pid, partial(_send, worker, signal.SIGKILL))
        return True

    def _kill_all(self, family: Sequence[psutil.Process]) -> bool:
        self._follow_restart("everything killed")
        for process in family:
            self.kills["with everything"] += 1
            _send(process, signal.SIGKILL)
        return True

    def _follow_restart(self, what: str) -> None:
        self._recoveries.supervisor(what, time.monotonic(), self._target.generation)


def _send(process: psutil.Process, number: int) -> bool:
    # psutil looks at the start time first: a pid that was given to somebody else is not hit.
    try:
        process.send_signal(number)
    except psutil.Error:
        return False
    return True
