"""The steps that a flow asks its driver for. A flow knows what to do next and does no I/O; a driver
does it, waiting or awaiting."""

from collections.abc import Generator
from typing import Any, NamedTuple, TypeAlias, TypeVar

from gristmill.client.asks import Ask

T = TypeVar("T")


class Send(NamedTuple):
    """Send a request: it is answered with the response or with httpx's error. One whose form
    streams stays open, in the place of the one before."""

    ask: Ask[Any]


class Piece(NamedTuple):
    """Read on in what is open: the next bytes, None at the end, or httpx's error."""


class Pause(NamedTuple):
    """Wait for so many seconds."""

    seconds: float


class Item(NamedTuple):
    """Hand this to whoever iterates."""

    value: Any


Step: TypeAlias = Send | Piece | Pause | Item
Flow: TypeAlias = Generator[Step, Any, T]
