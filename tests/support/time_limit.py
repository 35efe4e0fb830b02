"""A pytest plugin: what a test may take, and what becomes of it when it takes longer.

At its limit (`timeout`, as pytest-timeout reads it, times the patience) a test fails with what
every thread is doing, and what its body started is killed: first, so that nothing waits for it on
the way out. Fixtures then end their own. The main thread is interrupted again every GRACE_S, and
the last resort, for a main thread that does not come back to Python, is a thread in C that writes
the tracebacks to stderr and exits; the keeper (`survivors`) then ends what is left.
"""

import faulthandler
import os
import signal
import sys
import threading
import traceback
import uuid
from collections.abc import Generator
from contextlib import ExitStack
from types import FrameType

import pytest
from pytest_timeout import Settings, is_debugging
from support import survivors
from support.patience import patient

GRACE_S = patient(10.0)


class OutOfTime(BaseException):
    """No Exception: what is being tested shall not catch it."""


class TimeLimit:
    """The limit of the test that runs."""

    def __init__(self, run: str) -> None:
        self._run, self._body = run, ""
        self._stderr = os.dup(sys.__stderr__.fileno()) if sys.__stderr__ else 2
        self._test, self._seconds, self._expired = "", 0.0, 0

    def arm(self, test: str, seconds: float) -> None:
        self._test, self._seconds, self._expired = test, seconds, 0
        if hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGALRM, self._interrupt)
            signal.setitimer(signal.ITIMER_REAL, seconds, GRACE_S)
            seconds += 3 * GRACE_S
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._stderr)

    def disarm(self) -> None:
        if hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread():
            signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()

    @pytest.hookimpl(tryfirst=True)
    def pytest_timeout_set_timer(self, item: pytest.Item, settings: Settings) -> bool:
        self.arm(item.nodeid, patient(settings.timeout))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_timeout_cancel_timer(self) -> bool:
        self.disarm()
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        self._body = uuid.uuid4().hex
        before = survivors.mark(self._body)
        try:
            return (yield)
        finally:
            survivors.unmark(before)
            if self._expired:
                survivors.end(self._body)
            self._body = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        # A failure has taken the timer away (pytest-timeout does, for debuggers).
        if self._seconds:
            self.arm(f"the teardown of {item.nodeid}", self._seconds)
        try:
            return (yield)
        finally:
            self.disarm()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if is_debugging():
            return
        self._expired += 1
        told = f"{self._test} took more than {self._seconds:g} s\n{_threads(frame)}"
        raise OutOfTime("\nkilled: ".join([told, *self._killed()]))

    def _killed(self) -> list[str]:
        if self._expired > 1:
            return survivors.end(self._run)
        # What a fixture started may serve other tests, too; it gets the chance to end it.
        return survivors.end(self._body) if self._body else []


def _threads(frame: FrameType | None) -> str:
    """What every thread is doing; `frame` is what the signal's handler has interrupted."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = sys._current_frames() | ({threading.get_ident(): frame} if frame else {})
    return "\n".join(
        f"-- thread {names.get(ident, ident)}\n{''.join(traceback.format_stack(at))}"
        for ident, at in frames.items()
    )


def pytest_configure(config: pytest.Config) -> None:
    # Called between two captures: the stderr of now is the one that people see.
    stack = ExitStack()
    config.add_cleanup(stack.close)
    config.pluginmanager.register(TimeLimit(stack.enter_context(survivors.keeper())))
