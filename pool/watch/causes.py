"""What killed a worker: a rule of values."""

import signal

from gristmill.schemas.jobs.workers import Death, Manner
from gristmill.schemas.outcomes.retry import Failure

_OWN_DOING = {
    getattr(signal, name).value
    for name in (
        *("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGSYS"),
        *("SIGTRAP", "SIGXCPU", "SIGXFSZ"),
    )
    if hasattr(signal, name)
}
"""The kernel sends these to a process for what it does itself."""
_KILL = 9


def cause(how: Death, *, sent_by_us: bool = False) -> Failure:
    """What to hold against the document that a worker was at. `sent_by_us`: we ended it, for the
    sake of something else.

    What the machine has too little of is nobody's crash, and neither is a signal from outside: an
    operator's, a container's, or that of a neighbour who wanted memory. A vanished worker went
    with its forkserver.
    """
    match how.manner:
        case Manner.EXIT:
            return Failure.CRASH
        case Manner.SIGNAL if how.number in _OWN_DOING:
            return Failure.CRASH
        case Manner.SIGNAL if how.number == _KILL and how.short_of_memory and not sent_by_us:
            return Failure.MEMORY
        case _:
            return Failure.KILLED
