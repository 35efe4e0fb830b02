"""Signals while a process of ours starts, before it can say what it does with them."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_HELD = (signal.SIGINT, signal.SIGTERM)
_CAN_HOLD = hasattr(signal, "pthread_sigmask")


@contextmanager
def signals_held() -> Iterator[None]:
    """A process that is started within is born with TERM and INT held back until it releases
    them: one that goes to the whole group, such as a terminal's Ctrl-C, would end it otherwise
    while it imports. For this thread they wait, too."""
    if not _CAN_HOLD:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def release_signals() -> None:
    """By one that was born so, once it has set its handlers; what came is then dealt with."""
    if _CAN_HOLD:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HELD)
