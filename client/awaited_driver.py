"""Does what flows ask for, and awaits it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack
from typing import Any, TypeVar

from gristmill.client.asks import Ask
from gristmill.client.http_client import httpx
from gristmill.client.steps import Flow, Item, Pause, Send, Step

T = TypeVar("T")


class AsyncDriver:
    """Runs flows over one client of httpx, in the event loop that it is used in."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def run(self, flow: Flow[T]) -> T:
        """What a flow without items returns."""
        reading = _Reading()
        outcome: Any = None
        try:
            while True:
                try:
                    step = flow.send(outcome)
                except StopIteration as end:
                    found: T = end.value
                    return found
                outcome = await self._outcome(step, reading)
        finally:
            await reading.close()
            flow.close()

    async def steps(self, flow: Flow[None]) -> AsyncGenerator[Any, None]:
        """The items of a flow, while it goes on. What it holds open is closed with it."""
        reading = _Reading()
        outcome: Any = None
        try:
            while True:
                try:
                    step = flow.send(outcome)
                except StopIteration:
                    return
                if isinstance(step, Item):
                    yield step.value
                    outcome = None
                else:
                    outcome = await self._outcome(step, reading)
        finally:
            await reading.close()
            flow.close()

    async def _outcome(self, step: Step, reading: "_Reading") -> Any:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        if isinstance(step, Send):
            await reading.close()
            return await self._sent(step.ask, reading)
        return await reading.next_piece()

    async def _sent(self, ask: Ask[Any], reading: "_Reading") -> httpx.Response | httpx.HTTPError:
        with ExitStack() as until_sent:
            request = self._http.build_request(**ask.as_sent(until_sent))
            try:
                response = await self._http.send(request, stream=True)
                if ask.form.streams and response.status_code in ask.answers:
                    reading.open(response)
                else:
                    await response.aread()
                    await response.aclose()
            except httpx.HTTPError as error:
                return error
            return response


class _Reading:
    """The response that is read piece by piece, if there is one."""

    def __init__(self) -> None:
        self._response: httpx.Response | None = None
        self._pieces: AsyncIterator[bytes] | None = None

    def open(self, response: httpx.Response) -> None:
        self._response, self._pieces = response, response.aiter_bytes()

    async def next_piece(self) -> bytes | httpx.HTTPError | None:
        if self._pieces is None:
            return None
        try:
            return await anext(self._pieces, None)
        except httpx.HTTPError as error:
            return error

    async def close(self) -> None:
        response, self._response, self._pieces = self._response, None, None
        if response is not None:
            await response.aclose()
