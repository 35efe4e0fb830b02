"""What a node says and hears: all of it is carried, or the node ends, and never the half."""

import asyncio
from typing import Any, cast

import msgspec

from gristmill.pool.engines.node.foreman import Foreman
from gristmill.pool.engines.node.relay import Relay
from gristmill.pool.engines.node.talk import Talk
from gristmill.schemas.cluster import Commission, Hello, Identity, News, Orders
from gristmill.schemas.jobs.tasks import WorkerId

ANN = WorkerId(1, 1.0)
COMMISSION = Commission("node", "desk", b"{}", "data", "mark", silence_s=60.0)


class AForeman:
    """As the foreman, without workers."""

    def __init__(self) -> None:
        self.relay = Relay(1)
        self.relay.enrol(ANN)
        self.obeyed: list[Orders] = []

    def start(self) -> None:
        pass

    def alive(self) -> bool:
        return True

    def glimpses(self) -> list[Any]:
        return []

    def dropped(self) -> list[str]:
        return []

    def trouble(self) -> None:
        return None

    def obey(self, orders: Orders) -> None:
        self.obeyed.append(orders)


class ADesk:
    """Answers until it is told to fail, or to have the node stop."""

    def __init__(self) -> None:
        self.news_seen: list[News] = []
        self.fails_once: Exception | None = None
        self.stops = asyncio.Event()

    async def hello(self, *, node: str, hello: bytes) -> str:
        return ""

    async def news(self, *, node: str, news: bytes) -> bool:
        failure, self.fails_once = self.fails_once, None
        if failure is not None:
            raise failure
        self.news_seen.append(msgspec.msgpack.decode(news, type=News))
        self.stops.set()
        return True

    async def orders(self, *, node: str, seen: int) -> bytes:
        orders = list[Orders]()
        try:
            await asyncio.wait_for(self.stops.wait(), 0.05)
            orders = [Orders(number=1, stop=True)]
        except TimeoutError:
            pass
        return msgspec.msgpack.encode(orders)


async def _held(failure: Exception | None) -> tuple[str, ADesk]:
    desk = ADesk()
    desk.fails_once = failure
    talk = Talk(COMMISSION, desk, cast(Foreman, AForeman()), lambda: False)
    return await asyncio.wait_for(talk.hold(Hello(Identity(), 1)), 30), desk


def test_news_whose_answer_was_lost_are_said_again() -> None:
    why, desk = asyncio.run(_held(OSError("the line broke")))
    assert why == "told to stop"
    assert [(news.number, news.joined) for news in desk.news_seen[:1]] == [(1, [ANN])]


def test_a_node_one_half_of_whose_talk_fails_ends_instead_of_keeping_its_leases() -> None:
    why, desk = asyncio.run(_held(RuntimeError("the desk is broken")))
    assert why == "its talk failed: RuntimeError('the desk is broken')"
    assert desk.news_seen == []
