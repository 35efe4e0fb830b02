"""Which nodes there are: joined, given up, refused. Every change of that is made here."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Collection
from queue import SimpleQueue

from gristmill.pool.engines.dask.node import Node
from gristmill.schemas.cluster import NodeLook
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Death, Glimpse, Loss, Manner

JOINS_WITHIN_S = 60.0
"""A node imports the whole pipeline before its first word."""
REFUSED_S, BRIEF_S = 30.0, 3.0
"""How long a machine rests: what was wrong with it may have been mended by then."""
_log = logging.getLogger(__name__)


class Nodes:
    """Thread-safe: the cluster's loop changes them, the supervisor's and the dispatcher read.

    `losses` gets each worker of a node that is gone; from then on nothing that the node says
    counts, so that the supervisor may lease what they held to others."""

    def __init__(self, silence_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._silence_s, self._clock = silence_s, clock
        self._lock = threading.RLock()
        self._nodes: dict[str, Node] = {}
        self._retired: set[str] = set()
        self._refused: dict[str, tuple[str, float]] = {}
        self._closed = False
        self.losses: SimpleQueue[Loss] = SimpleQueue()

    @property
    def lock(self) -> threading.RLock:
        """Held while something that a node said is carried out."""
        return self._lock

    def add(self, address: str) -> Node:
        """A machine is there that has no node yet."""
        # The name is all that a node has to show: nobody should guess it.
        node = Node(f"{address.rpartition('/')[2]}#{secrets.token_hex(8)}", address, self._clock())
        node.heard += max(0.0, JOINS_WITHIN_S - self._silence_s)
        with self._lock:
            self._nodes[node.name] = node
        return node

    def named(self, name: str) -> Node | None:
        """The node of this name, which was heard just now; None for one that was given up."""
        with self._lock:
            node = self._nodes.get(name)
            if node is not None:
                node.heard = max(node.heard, self._clock())
            return node

    def joins(self, node: Node) -> None:
        """A node has presented itself: from now on it may be silent for as long as others."""
        with self._lock:
            node.heard = self._clock()

    def all(self) -> list[Node]:
        with self._lock:
            return list(self._nodes.values())

    def wanted(self, addresses: Collection[str]) -> list[str]:
        """Those of the machines that are there that have no node and may have one."""
        now = self._clock()
        with self._lock:
            if self._closed:
                return []
            taken = {node.address for node in self._nodes.values()}
            self._refused = {
                address: (why, until)
                for address, (why, until) in self._refused.items()
                if address in addresses and now < until
            }
            self._retired.intersection_update(addresses)
            out = taken | self._refused.keys() | self._retired
            return [each for each in addresses if each not in out]

    def close(self) -> None:
        """From now on no machine may have a node."""
        with self._lock:
            self._closed = True

    def keep(self, addresses: Collection[str]) -> None:
        """Only these machines are there."""
        for node in self.all():
            if node.address not in addresses:
                self.lose(node, "the scheduler has lost it")

    def lose_address(self, address: str) -> None:
        """A machine is gone."""
        for node in self.all():
            if node.address == address:
                self.lose(node, "its process is gone")

    def lose_silent(self) -> None:
        """Give up the nodes that nobody has heard for too long."""
        now = self._clock()
        for node in self.all():
            if now - node.heard > self._silence_s:
                self.lose(node, f"it was silent for {now - node.heard:.0f} s")

    def refuse(self, node: Node, why: str, rest_s: float = REFUSED_S) -> None:
        """A machine cannot be a node, for a while."""
        with self._lock:
            self._refused[node.address] = (why, self._clock() + rest_s)
        self.lose(node, why)

    def retire(self, name: str) -> bool:
        """A node is to end what it holds, and its machine gets no other; False where no node has
        this name."""
        with self._lock:
            node = self._nodes.get(name)
            if node is None:
                return False
            node.leaving = True
            self._retired.add(node.address)
            return True

    def dismiss_retired(self) -> None:
        """What has ended all that it held may go."""
        for node in self.all():
            if node.leaving and not node.workers:
                self.lose(node, "it was drained")

    def lose(self, node: Node, why: str) -> None:
        """A node is none any more, and what its workers held goes to others."""
        with self._lock:
            if self._nodes.pop(node.name, None) is None:
                return
            workers = sorted(node.workers)
            _log.warning("node %s is gone: %s (%d workers)", node.name, why, len(workers))
            for worker in workers:
                last = node.glimpses.get(worker)
                self.losses.put(Loss(worker, Death(Manner.VANISHED), last))

    # -- what the supervisor asks -------------------------------------------------------------

    def workers(self) -> set[WorkerId]:
        with self._lock:
            return {worker for node in self._nodes.values() for worker in node.workers}

    def glimpses(self) -> list[Glimpse]:
        with self._lock:
            return [each for node in self._nodes.values() for each in node.glimpses.values()]

    def of(self, worker: WorkerId) -> Node | None:
        with self._lock:
            return self._nodes.get(worker.host)

    def looks(self) -> list[NodeLook]:
        """All nodes, and the machines that were refused, for people."""
        now = self._clock()
        with self._lock:
            found = [node.look(now) for node in self._nodes.values()]
            for address, (why, _) in self._refused.items():
                found.append(NodeLook(address.rpartition("/")[2], address, "refused", why=why))
            return found
