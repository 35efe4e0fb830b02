"""A Pool in the making, and the forkserver that it waits for."""

import logging
import multiprocessing.forkserver
import threading
import time
from collections.abc import Callable
from multiprocessing.pool import Pool
from typing import Any

import psutil

STOPPED_S = 2.0
"""A forkserver that was stopped is given up when processes are owed for so long."""
LONGEST_S = 60.0
"""One that is at work may take long: it imports the whole pipeline first, on a busy machine."""
_log = logging.getLogger(__name__)


class Birth:
    """Makes a Pool in a thread of its own: the constructor waits for the forkserver to make each
    process, and a forkserver may stand still."""

    def __init__(self, make: Callable[[], Pool]) -> None:
        self._make = make
        self._pool: Pool | None = None
        self._thread = threading.Thread(target=self._run, name="pool-birth", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float) -> bool:
        """Whether it is over, after `timeout_s` seconds at most."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def pool(self) -> Pool | None:
        """Once it is over: None where it failed, which is logged."""
        return self._pool

    def _run(self) -> None:
        try:
            self._pool = self._make()
        except (OSError, EOFError) as error:
            # EOFError: the forkserver was killed while it made a worker.
            _log.warning("no pool yet: %s", error)


class OwedProcesses:
    """Watches over the forkserver while processes are owed. Used by the supervisor's loop alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None

    def look(self, owed: bool) -> psutil.Process | None:
        """`owed`: fewer processes live than should. The forkserver, where it holds them up and has
        to go; that is said once, and again only after another such time."""
        now = self._clock()
        if not owed:
            self._since = None
            return None
        if self._since is None:
            self._since = now
        waited_s = now - self._since
        if waited_s < STOPPED_S or (forkserver := _forkserver()) is None:
            return None
        stopped = _is_stopped(forkserver)
        if not stopped and waited_s < LONGEST_S:
            return None
        self._since = now
        what = "was stopped" if stopped else "does nothing"
        _log.error("the forkserver (%d) %s, it is replaced", forkserver.pid, what)
        return forkserver


def stopped_forkserver() -> psutil.Process | None:
    """The forkserver, if it was stopped: at our exit, multiprocessing waits for its news."""
    forkserver = _forkserver()
    return forkserver if forkserver is not None and _is_stopped(forkserver) else None


def _is_stopped(process: psutil.Process) -> bool:
    try:
        return process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    except (OSError, psutil.Error):
        return False


def _forkserver() -> psutil.Process | None:
    """The process that makes our workers; None where there is none."""
    private: Any = multiprocessing.forkserver
    pid = private._forkserver._forkserver_pid
    try:
        return None if pid is None else psutil.Process(pid)
    except (OSError, psutil.Error):
        return None
