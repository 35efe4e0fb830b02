"""How a command is told to stop: signals only set a flag or raise, the command acts."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gristmill.cli.terminal.failures import Terminated
from gristmill.pool.processes.held_signals import release_signals


class StopFlag:
    """Set by a signal handler or a thread, read by a loop. No lock is involved."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        self._set = True

    def is_set(self) -> bool:
        return self._set


def stop_on_signals(flag: StopFlag, *, web_process: bool = False) -> None:
    """SIGTERM and SIGINT set the flag. A web process ignores both: they reach the whole group of a
    terminal or a service manager, and its supervisor ends it when the drain is over."""

    def handler(number: int, frame: FrameType | None) -> None:
        flag.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN if web_process else handler)
    if web_process:
        release_signals()


def stop_with_stdin(flag: StopFlag) -> None:
    """Set the flag when standard input ends: its other end died or closed it."""

    def watch() -> None:
        # Past the buffered reader: its lock, held by this thread, would abort the exit.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        flag.set()

    threading.Thread(target=watch, name="stdin", daemon=True).start()


@contextmanager
def terminated_as_exception() -> Iterator[None]:
    """Within, SIGTERM raises Terminated, so that what was begun is ended in order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
