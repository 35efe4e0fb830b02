"""One request, asked until it is answered or its patience is used up."""

import random
import time
from typing import TypeVar

import msgspec

from gristmill.client.asks import Ask, Form
from gristmill.client.connection import Connection, setback_of
from gristmill.client.http_client import httpx
from gristmill.client.patience import pause_before_next
from gristmill.client.steps import Flow, Pause, Send

T = TypeVar("T")


def answered(ask: Ask[T], to: Connection) -> Flow[T]:
    """What is answered. Raises what the service's problem names, and Unavailable."""
    response = yield from sent(ask, to)
    return value_of(ask, response, to)


def sent(ask: Ask[T], to: Connection) -> Flow[httpx.Response]:
    """The response, one of those that are no problem."""
    deadline = time.monotonic() + to.patience_s
    attempt = 0
    while True:
        outcome = yield Send(ask)
        if isinstance(outcome, httpx.Response) and outcome.status_code in ask.answers:
            return outcome
        attempt += 1
        pause = _pause(ask, outcome, attempt, deadline - time.monotonic())
        if pause is None:
            raise to.error_of(outcome)
        yield Pause(pause)


def _pause(
    ask: Ask[T], outcome: httpx.Response | httpx.HTTPError, attempt: int, left_s: float
) -> float | None:
    setback = setback_of(outcome)
    if setback is None or (ask.body is not None and not ask.body.repeatable):
        return None
    return pause_before_next(
        setback,
        repeatable=ask.repeatable,
        attempt=attempt,
        left_s=left_s,
        chance=random.random(),
    )


def value_of(ask: Ask[T], response: httpx.Response, to: Connection) -> T:
    """What the body of a response says. Raises Unavailable for what is none of ours."""
    shape = ask.answers[response.status_code]
    found: T
    try:
        if shape is None:
            found = None  # type: ignore[assignment]
        elif ask.form is Form.JSON:
            found = msgspec.json.decode(response.content, type=shape)
        else:
            found = response.text if ask.form is Form.TEXT else response.content  # type: ignore[assignment]
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise to.no_answer(response) from None
    return found
