"""The desk: what nodes say is carried out, what they are to do is fetched. Bytes in, bytes out."""

import logging
from collections.abc import Callable

import msgspec

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.dask.node import Node
from gristmill.pool.engines.dask.nodes import Nodes
from gristmill.pool.engines.node.identity import difference
from gristmill.schemas.cluster import Hello, Identity, News, Orders
from gristmill.schemas.jobs.tasks import WorkerId

ORDERS_WAIT_S = 1.0
_STOP = msgspec.msgpack.encode([Orders(number=1 << 62, stop=True)])
_log = logging.getLogger(__name__)


class Desk:
    """Runs in the cluster's loop. `ask_for` is called with each worker that has nothing to do;
    what a node says after it was given up changes nothing."""

    def __init__(
        self,
        nodes: Nodes,
        queue: JobQueue,
        identity: Identity,
        ask_for: Callable[[WorkerId], None],
    ) -> None:
        self._nodes, self._queue = nodes, queue
        self._identity, self._ask_for = identity, ask_for

    async def hello(self, node: str, hello: bytes) -> str:
        """Why a node is refused, "" where it is not."""
        found = self._nodes.named(node)
        if found is None:
            return "it was given up"
        told = msgspec.msgpack.decode(hello, type=Hello)
        why = difference(self._identity, told.identity) or told.trouble
        if why is not None:
            self._nodes.refuse(found, why)
            return why
        self._nodes.joins(found)
        found.version, found.size = told.identity.version, told.workers
        _log.info("node %s joins with %d workers", found.name, found.size)
        return ""

    async def news(self, node: str, news: bytes) -> bool:
        """Whether the node is still one of ours."""
        found = self._nodes.named(node)
        if found is None:
            return False
        told = msgspec.msgpack.decode(news, type=News)
        if told.number <= found.news_seen:
            return True
        with self._nodes.lock:
            if self._nodes.named(node) is None:
                return False
            found.news_seen = told.number
            self._carry_out(found, told)
        return True

    async def orders(self, node: str, seen: int) -> bytes:
        """All orders after `seen`, as soon as there is one."""
        found = self._nodes.named(node)
        if found is None:
            return _STOP
        orders = await found.orders(seen, ORDERS_WAIT_S)
        self._nodes.named(node)
        return msgspec.msgpack.encode(orders)

    def _carry_out(self, node: Node, told: News) -> None:
        for worker in told.joined:
            node.workers.add(node.remote(worker))
            self._queue.enrol(node.remote(worker))
        for worker, reports in told.reports:
            self._queue.report(node.remote(worker), reports)
        for worker in told.left:
            self._gone(node, worker)
            self._queue.leave(node.remote(worker), ())
        for loss in told.lost:
            self._gone(node, loss.worker)
            worker = node.remote(loss.worker)
            last = None if loss.last is None else loss.last._replace(worker=worker)
            self._nodes.losses.put(loss._replace(worker=worker, last=last))
        if told.glimpses:
            seen = [each._replace(worker=node.remote(each.worker)) for each in told.glimpses]
            node.glimpses = {each.worker: each for each in seen if each.worker in node.workers}
        node.known.difference_update(told.dropped)
        node.trouble = told.trouble
        for worker in told.asks:
            self._ask_for(node.remote(worker))

    def _gone(self, node: Node, worker: WorkerId) -> None:
        node.workers.discard(node.remote(worker))
        node.glimpses.pop(node.remote(worker), None)
