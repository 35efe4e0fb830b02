"""A node as the desk sees it: what it was told, what it has and when it was heard last."""

import asyncio
from collections.abc import Sequence

import msgspec

from gristmill.schemas.cluster import NodeLook, Orders
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse

_USUAL_S = 2


class Node:
    """Used by the cluster's loop alone, but for what says otherwise. `name` is used once: a machine
    that comes back after it was given up is another node."""

    def __init__(self, name: str, address: str, now: float) -> None:
        self.name, self.address = name, address
        self.heard = now
        self.version, self.size = "", 0
        self.workers: set[WorkerId] = set()
        self.glimpses: dict[WorkerId, Glimpse] = {}
        self.known: set[str] = set()
        self.news_seen = 0
        self.leaving = self.drained = False
        self.trouble: str | None = None
        self._orders: list[Orders] = []
        self._number = 0
        self._ordered = asyncio.Event()

    def remote(self, worker: WorkerId) -> WorkerId:
        """A worker of this node, as everybody but the node calls it."""
        return msgspec.structs.replace(worker, host=self.name)

    def local(self, worker: WorkerId) -> WorkerId:
        return msgspec.structs.replace(worker, host="")

    def order(self, orders: Orders) -> None:
        self._number += 1
        self._orders.append(msgspec.structs.replace(orders, number=self._number))
        self._ordered.set()

    async def orders(self, seen: int, wait_s: float) -> Sequence[Orders]:
        """What the node has not said to have seen; waits up to `wait_s` seconds for something."""
        self._orders = [each for each in self._orders if each.number > seen]
        if not self._orders:
            self._ordered.clear()
            try:
                await asyncio.wait_for(self._ordered.wait(), wait_s)
            except TimeoutError:
                return []
        return list(self._orders)

    def look(self, now: float) -> NodeLook:
        """For people."""
        state = "leaving" if self.leaving else "working" if self.workers else "joining"
        busy = sum(glimpse.job_id is not None for glimpse in self.glimpses.values())
        silent_s = max(0, int(now - self.heard))
        silent_s = silent_s if silent_s >= _USUAL_S else 0
        why = self.trouble or ""
        return NodeLook(
            self.name, self.address, state, self.version, self.size, busy, silent_s, why
        )
