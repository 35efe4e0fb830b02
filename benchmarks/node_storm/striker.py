"""Carries out the plan of a storm over nodes."""

import heapq
import itertools
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import psutil

from benchmarks.node_storm.cluster import Cluster
from benchmarks.node_storm.plan import NodeBlow, NodeStrike
from benchmarks.storm.target import Target

_ALL = {NodeBlow.KILL_NODES}


class NodeStriker:
    """`done` counts blows by kind, `kills` the processes that got a SIGKILL; `missed` the blows
    that found nobody to hit."""

    def __init__(self, target: Target, cluster: Cluster) -> None:
        self._target, self._cluster = target, cluster
        self._later: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self.done: Counter[str] = Counter()
        self.kills: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()

    def run(self, plan: Sequence[NodeStrike]) -> None:
        """Strike at the planned moments; in the end all that stood still or was cut off goes on."""
        start = time.monotonic()
        for strike in plan:
            self._wait(start + strike.at)
            if self._target.hopeless:
                break
            hit = self._cut(strike) if strike.blow is NodeBlow.CUT_NODE else self._strike(strike)
            (self.done if hit else self.missed)[strike.blow.value] += 1
        while self._later:
            heapq.heappop(self._later)[2]()

    def _wait(self, until: float) -> None:
        while self._later and self._later[0][0] <= until:
            due, _, go_on = heapq.heappop(self._later)
            time.sleep(max(0.0, due - time.monotonic()))
            go_on()
        time.sleep(max(0.0, until - time.monotonic()))

    def _after(self, pause_s: float, go_on: Callable[[], object]) -> None:
        due = time.monotonic() + pause_s
        heapq.heappush(self._later, (due, next(self._numbers), go_on))

    def _cut(self, strike: NodeStrike) -> bool:
        machines = self._cluster.machines
        if not machines:
            return False
        machine = machines[int(strike.pick * len(machines))]
        machine.cut()
        self._after(strike.pause_s, machine.join)
        return True

    def _strike(self, strike: NodeStrike) -> bool:
        victims = self._victims(strike.blow)
        if not victims:
            return False
        if strike.blow not in _ALL:
            victims = [victims[int(strike.pick * len(victims))]]
        if strike.blow.value.startswith("stop"):
            for victim in victims:
                self._after(strike.pause_s, partial(_send, victim, signal.SIGCONT))
                _send(victim, signal.SIGSTOP)
            return True
        for victim in victims:
            self.kills[strike.blow.value.removeprefix("kill ")] += _send(victim, signal.SIGKILL)
        return True

    def _victims(self, blow: NodeBlow) -> list[psutil.Process]:
        cluster = self._cluster
        places: dict[str, Callable[[], list[psutil.Process]]] = {
            "life": cluster.lives,
            "node": cluster.node_processes,
            "nodes": cluster.node_processes,
            "scheduler": cluster.schedulers,
            "supervisor": self._target.supervisor,
            "store": cluster.gates,
        }
        return places[blow.value.split()[-1]]()


def _send(process: psutil.Process, number: int) -> bool:
    # psutil looks at the start time first: a pid that was given to somebody else is not hit.
    try:
        process.send_signal(number)
    except psutil.Error:
        return False
    return True
