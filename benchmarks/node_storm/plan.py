"""What is going to happen to nodes in a storm: made up front, from the seed alone."""

import random
from enum import StrEnum

import msgspec

_MEAN_GAP_S, _LEAST_GAP_S = 1.0, 0.05
_SHORT_S, _LONG_S = (0.2, 3.0), (0.5, 9.0)
SILENCE_S = 3.0
"""A node that stands still, or is cut off, for longer is given up, which has to happen as well."""


class NodeBlow(StrEnum):
    """What one strike does."""

    KILL_LIFE = "kill a life"
    KILL_NODE = "kill a node"
    KILL_NODES = "kill all nodes"
    KILL_SCHEDULER = "kill the scheduler"
    KILL_SUPERVISOR = "kill the supervisor"
    KILL_STORE = "kill the way to the object store"
    STOP_LIFE = "stop a life"
    STOP_NODE = "stop a node"
    STOP_SCHEDULER = "stop the scheduler"
    STOP_SUPERVISOR = "stop the supervisor"
    STOP_STORE = "stop the way to the object store"
    CUT_NODE = "cut a node off"


_WEIGHTS = {
    NodeBlow.KILL_LIFE: 58,
    NodeBlow.KILL_NODE: 5,
    NodeBlow.KILL_NODES: 0.5,
    NodeBlow.KILL_SCHEDULER: 1,
    NodeBlow.KILL_SUPERVISOR: 2.5,
    NodeBlow.KILL_STORE: 8,
    NodeBlow.STOP_LIFE: 12,
    NodeBlow.STOP_NODE: 3,
    NodeBlow.STOP_SCHEDULER: 2,
    NodeBlow.STOP_SUPERVISOR: 2,
    NodeBlow.STOP_STORE: 3,
    NodeBlow.CUT_NODE: 3,
}
"""A node boots for seconds, half a minute on a busy machine: hit more often, none would work."""
_LONG = {NodeBlow.STOP_NODE, NodeBlow.CUT_NODE}


class NodeStrike(msgspec.Struct, frozen=True):
    """One blow, `at` seconds after the start. `pick` in [0, 1) chooses among what there is then;
    what is stopped or cut off goes on after `pause_s`."""

    at: float
    blow: NodeBlow
    pick: float
    pause_s: float

    def __str__(self) -> str:
        pause = "" if self.blow.value.startswith("kill") else f" for {self.pause_s:.2f} s"
        return f"{self.at:8.2f} s  {self.blow}{pause} (pick {self.pick:.3f})"


def plan_of(seed: int, seconds: float) -> list[NodeStrike]:
    """The strikes of a storm: the same for the same arguments."""
    chance = random.Random(seed)
    strikes: list[NodeStrike] = []
    at = 1.0
    while at < seconds:
        blow = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        pause_s = chance.uniform(*(_LONG_S if blow in _LONG else _SHORT_S))
        strikes.append(NodeStrike(at, blow, chance.random(), pause_s))
        at += max(_LEAST_GAP_S, chance.expovariate(1 / _MEAN_GAP_S))
    return strikes
