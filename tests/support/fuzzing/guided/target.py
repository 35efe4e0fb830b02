"""What can be fuzzed: a function of bytes, and what has to be true of it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Violated(AssertionError):
    """A property does not hold; the message is the same for the same flaw."""


def hold(condition: object, flaw: str) -> None:
    """Raises Violated with `flaw` unless `condition` is true."""
    if not condition:
        raise Violated(flaw)


class Target(NamedTuple):
    """`one` raises Violated, or whatever must not be raised, for bytes that show a flaw. `seeds`
    are inputs to begin with. The words in the source of `modules` are tried, too. `packed`: inputs
    are zip archives, which are harmed inside. `room` is the longest input in bytes."""

    name: str
    one: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    modules: tuple[str, ...] = ()
    packed: bool = False
    room: int = 16 * 1024
