"""All targets by name."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from support.fuzzing.guided.target import Target

_ROOMS = ("documents", "readers", "disk", "requests")


@cache
def targets() -> dict[str, Target]:
    """Sorted by name."""
    return {target.name: target for target in sorted(_all(), key=lambda target: target.name)}


def target_called(name: str) -> Target:
    """One target. Imports no more than it takes to find it: what is imported is instrumented, and
    that takes longer than many an input does. Raises StopIteration where there is none."""
    return next(target for target in _all() if target.name == name)


def _all() -> Iterator[Target]:
    for room in _ROOMS:
        yield from import_module(f"support.fuzzing.guided.{room}").targets()
