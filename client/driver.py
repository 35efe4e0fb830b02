"""Does what flows ask for, and waits for it."""

import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

from gristmill.client.asks import Ask
from gristmill.client.http_client import httpx
from gristmill.client.steps import Flow, Item, Pause, Send, Step

T = TypeVar("T")


class Driver:
    """Runs flows over one client of httpx. Thread-safe: each flow has its own place."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def run(self, flow: Flow[T]) -> T:
        """What a flow without items returns."""
        steps = self.steps(flow)
        try:
            next(steps)
        except StopIteration as end:
            found: T = end.value
            return found
        raise AssertionError("a flow that is run has no items")

    def steps(self, flow: Flow[T]) -> Generator[Any, None, T]:
        """The items of a flow, while it goes on. What it holds open is closed with it."""
        reading = _Reading()
        outcome: Any = None
        try:
            while True:
                try:
                    step = flow.send(outcome)
                except StopIteration as end:
                    found: T = end.value
                    return found
                if isinstance(step, Item):
                    yield step.value
                    outcome = None
                else:
                    outcome = self._outcome(step, reading)
        finally:
            reading.close()
            flow.close()

    def _outcome(self, step: Step, reading: "_Reading") -> Any:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        if isinstance(step, Send):
            reading.close()
            return self._sent(step.ask, reading)
        return reading.next_piece()

    def _sent(self, ask: Ask[Any], reading: "_Reading") -> httpx.Response | httpx.HTTPError:
        with ExitStack() as until_sent:
            request = self._http.build_request(**ask.as_sent(until_sent))
            try:
                response = self._http.send(request, stream=True)
                if ask.form.streams and response.status_code in ask.answers:
                    reading.open(response)
                else:
                    response.read()
                    response.close()
            except httpx.HTTPError as error:
                return error
            return response


class _Reading:
    """The response that is read piece by piece, if there is one."""

    def __init__(self) -> None:
        self._response: httpx.Response | None = None
        self._pieces: Iterator[bytes] = iter(())

    def open(self, response: httpx.Response) -> None:
        self._response, self._pieces = response, response.iter_bytes()

    def next_piece(self) -> bytes | httpx.HTTPError | None:
        try:
            return next(self._pieces, None)
        except httpx.HTTPError as error:
            return error

    def close(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            response.close()
