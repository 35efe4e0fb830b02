"""Nodes whose lives do nothing: they lease and report over the real desk, calls and messages.

    python -m benchmarks.limits.pretend_nodes CERTIFICATES DESK LIVES LEASES NAME ...

`LIVES` are all, on as many nodes as there are names. `CERTIFICATES` is "" without TLS. Prints a
line of JSON: how many leases were done in how many seconds, and how many calls that took.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from typing import Any

import msgspec
from distributed.core import rpc

from benchmarks.limits.bare_desk import desk_settings
from benchmarks.limits.leased import Leased
from gristmill.pool.engines.dask.cluster import security_of
from gristmill.schemas.cluster import Hello, Identity, News, Orders
from gristmill.schemas.jobs.tasks import Report, WorkerId

_ANSWER_S = 30.0


class _Node:
    """One node's talk, as `pool.engines.node.talk` has it: two calls at a time."""

    def __init__(self, desk: Any, name: str, lives: int, done: Leased, enough: int) -> None:
        self._desk = desk
        self._name, self._done, self._enough = name, done, enough
        self._lives = [WorkerId(number + 1, 1.0) for number in range(lives)]
        self._reports: list[tuple[WorkerId, list[Report]]] = []
        self._asks: list[WorkerId] = list(self._lives)
        self._something = asyncio.Event()

    async def work(self) -> None:
        hello = msgspec.msgpack.encode(Hello(Identity(), len(self._lives)))
        assert not await self._desk.hello(node=self._name, hello=hello)
        self._something.set()
        loops = [asyncio.create_task(each) for each in (self._say(), self._hear())]
        await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
        for loop in loops:
            loop.cancel()
        for loop in loops:
            if loop.done() and not loop.cancelled():
                loop.result()
        await self._desk.close_rpc()

    async def _say(self) -> None:
        number = 0
        while self._done.leases < self._enough:
            await self._something.wait()
            self._something.clear()
            number += 1
            joined = self._lives if number == 1 else []
            reports, self._reports = self._reports, []
            asks, self._asks = self._asks, []
            news = News(number, joined=joined, reports=reports, asks=asks)
            assert await self._desk.news(node=self._name, news=msgspec.msgpack.encode(news))
            self._done.calls += 1

    async def _hear(self) -> None:
        seen = 0
        while self._done.leases < self._enough:
            data = await self._desk.orders(node=self._name, seen=seen)
            self._done.calls += 1
            for orders in msgspec.msgpack.decode(data, type=list[Orders]):
                if orders.number <= seen:
                    continue
                seen = orders.number
                for worker, tasks in orders.tasks:
                    self._done.leases += 1
                    self._reports.append((worker, [Report(each.task_id) for each in tasks]))
                    self._asks.append(worker)
                    self._something.set()


async def _all(
    certificates: str, desk: str, lives: int, leases: int, names: Sequence[str]
) -> Leased:
    done = Leased()
    secured = security_of(desk_settings(certificates)).get_connection_args("worker")
    lines = [
        rpc(desk, deserialize=False, timeout=_ANSWER_S, connection_args=secured) for _ in names
    ]
    nodes = [
        _Node(line, name, lives // len(names), done, leases)
        for line, name in zip(lines, names, strict=True)
    ]
    began = time.monotonic()
    await asyncio.gather(*(node.work() for node in nodes))
    done.seconds = time.monotonic() - began
    return done


def main(certificates: str, desk: str, lives: str, leases: str, *names: str) -> None:
    done = asyncio.run(_all(certificates, desk, int(lives), int(leases), names))
    sys.stdout.write(msgspec.json.encode(done).decode() + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
