"""One input through one target, and what is wrong then."""

import time

from support.fuzzing.examining import place
from support.fuzzing.guided.target import Target, Violated

SLOW_S = 2.0
"""Seconds of CPU for an input of a few kilobytes."""


def flaw_of(target: Target, data: bytes, slow_s: float = SLOW_S) -> str | None:
    """What an input shows, in words that are the same for the same flaw; None where nothing is
    wrong."""
    began = time.process_time()
    try:
        target.one(data)
    except Violated as violated:
        return str(violated)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        return f"raised {place(error)}"
    return "too much CPU for its size" if time.process_time() - began > slow_s else None
