"""What a node says and hears: two calls at a time, over the line that the distributed engine has.

`news` says what happened here, `orders` waits for what is to be done. A node that nobody answers
gives itself up before its supervisor does, and ends its workers: what they hold is leased again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import msgspec

from gristmill.pool.engines.node.foreman import Foreman
from gristmill.schemas.cluster import Commission, Hello, News, Orders

_SAY_S = 0.5
_GLIMPSE_S = 1.0
_AGAIN_S = 0.2
_LOOK_S = 0.2
GIVES_UP_AFTER = 0.6
"""Of the silence after which the supervisor gives the node up."""
_log = logging.getLogger(__name__)


class Line(Protocol):
    """The desk as a node calls it: names and bytes."""

    async def hello(self, *, node: str, hello: bytes) -> str:
        """Why the node is refused, "" where it is not."""

    async def news(self, *, node: str, news: bytes) -> bool:
        """Whether the node is still one of the supervisor's."""

    async def orders(self, *, node: str, seen: int) -> bytes:
        """All orders after `seen`; waits a while for one."""


class Talk:
    """The talk of one node. `leaving` says whether this machine is being taken away."""

    def __init__(
        self,
        commission: Commission,
        desk: Line,
        foreman: Foreman,
        leaving: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._desk, self._foreman = commission.name, desk, foreman
        self._leaving, self._clock = leaving, clock
        self._give_up_s = commission.silence_s * GIVES_UP_AFTER
        self._heard = clock()
        self._glimpsed = 0.0
        self._unsent: News | None = None
        self._said = self._seen = 0
        self._why: str | None = None

    async def hold(self, hello: Hello) -> str:
        """Present the node, then talk until it is over; returns why."""
        loops: list[asyncio.Task[None]] = []
        try:
            refusal = await asyncio.wait_for(
                self._desk.hello(node=self._name, hello=msgspec.msgpack.encode(hello)),
                self._give_up_s,
            )
            if refusal:
                return f"refused: {refusal}"
            self._foreman.start()
            loops += [asyncio.create_task(self._guarded(each)) for each in (self._say, self._hear)]
            return await self._watch(loops)
        except (OSError, TimeoutError) as error:
            return f"no supervisor answers: {error}"
        finally:
            self._why = self._why or "over"
            for loop in loops:
                loop.cancel()

    async def _watch(self, loops: Sequence[asyncio.Task[None]]) -> str:
        while self._why is None:
            await asyncio.sleep(_LOOK_S)
            if failed := [loop for loop in loops if loop.done() and loop.exception()]:
                # Half a node would keep its leases for ever: the other half goes on to be heard.
                self._why = f"its talk failed: {failed[0].exception()!r}"
            elif self._clock() - self._heard > self._give_up_s:
                self._why = "no supervisor answers"
            elif self._leaving():
                self._why = "the node is closing"
            elif not self._foreman.alive():
                self._why = "the foreman ended"
        return self._why

    async def _guarded(self, once: Callable[[], Awaitable[None]]) -> None:
        while self._why is None:
            try:
                await once()
                self._heard = self._clock()
            except (OSError, TimeoutError) as error:
                _log.warning("the supervisor does not answer: %s", error)
                await asyncio.sleep(_AGAIN_S)

    async def _say(self) -> None:
        if self._unsent is None:
            # Kept until it is answered: a report that got lost would be a lease for ever.
            self._unsent = await self._next_news()
        told = msgspec.msgpack.encode(self._unsent)
        if not await self._desk.news(node=self._name, news=told):
            self._why = "dismissed"
        self._unsent = None

    async def _next_news(self) -> News:
        loop = asyncio.get_running_loop()
        news = await loop.run_in_executor(None, self._foreman.relay.news, _SAY_S)
        self._said += 1
        changes: dict[str, Any] = {"number": self._said}
        if self._clock() - self._glimpsed >= _GLIMPSE_S or news.joined:
            self._glimpsed = self._clock()
            changes |= {"glimpses": self._foreman.glimpses(), "dropped": self._foreman.dropped()}
            changes["trouble"] = self._foreman.trouble()
        return msgspec.structs.replace(news, **changes)

    async def _hear(self) -> None:
        data = await self._desk.orders(node=self._name, seen=self._seen)
        for orders in msgspec.msgpack.decode(data, type=list[Orders]):
            if orders.number > self._seen:
                self._foreman.obey(orders)
                self._seen = orders.number
                if orders.stop:
                    self._why = "told to stop"
