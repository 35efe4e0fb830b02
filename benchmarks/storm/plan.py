"""What is going to happen in a storm: made up front, from the seed alone."""

import random
from collections import deque
from enum import StrEnum

import msgspec

_MEAN_GAP_S, _LEAST_GAP_S = 1.0, 0.05
_PAUSE_S = (0.2, 3.0)
_WEB_DEATHS, _WITHIN_S = 3, 31.0
"""More web processes than this killed in so short a time, and the service gives up, by design."""


class Blow(StrEnum):
    """What one strike does."""

    KILL_WORKER = "kill a worker"
    KILL_WORKERS = "kill all workers"
    KILL_WEB = "kill a web process"
    KILL_FORKSERVER = "kill the forkserver"
    KILL_SUPERVISOR = "kill the supervisor"
    KILL_ALL = "kill every process"
    STOP_WORKER = "stop a worker"
    STOP_WEB = "stop a web process"
    STOP_SUPERVISOR = "stop the supervisor"
    DRAIN = "drain and restart"


_WEIGHTS = {
    Blow.KILL_WORKER: 42,
    Blow.KILL_WORKERS: 5,
    Blow.KILL_WEB: 9,
    Blow.KILL_FORKSERVER: 3,
    Blow.KILL_SUPERVISOR: 9,
    Blow.KILL_ALL: 3,
    Blow.STOP_WORKER: 14,
    Blow.STOP_WEB: 5,
    Blow.STOP_SUPERVISOR: 5,
    Blow.DRAIN: 5,
}


class Strike(msgspec.Struct, frozen=True):
    """One blow, `at` seconds after the start. `pick` in [0, 1) chooses among the processes that
    there are then; what is stopped goes on after `pause_s`."""

    at: float
    blow: Blow
    pick: float
    pause_s: float

    def __str__(self) -> str:
        pause = f" for {self.pause_s:.2f} s" if self.blow.value.startswith("stop") else ""
        return f"{self.at:8.2f} s  {self.blow}{pause} (pick {self.pick:.3f})"


def plan_of(seed: int, seconds: float) -> list[Strike]:
    """The strikes of a storm: the same for the same arguments."""
    chance = random.Random(seed)
    strikes: list[Strike] = []
    web_deaths: deque[float] = deque(maxlen=_WEB_DEATHS)
    at = 1.0
    while at < seconds:
        blow = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        pick, pause_s = chance.random(), chance.uniform(*_PAUSE_S)
        if blow is Blow.KILL_WEB:
            if len(web_deaths) == _WEB_DEATHS and at - web_deaths[0] < _WITHIN_S:
                blow = Blow.KILL_WORKER
            else:
                web_deaths.append(at)
        strikes.append(Strike(at, blow, pick, pause_s))
        at += max(_LEAST_GAP_S, chance.expovariate(1 / _MEAN_GAP_S))
    return strikes
