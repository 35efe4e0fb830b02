"""Worker processes as the Pool makes them, each remembered from its birth."""

import logging
import multiprocessing
import multiprocessing.resource_tracker
import multiprocessing.util
import os
import shutil
import tempfile
import threading
import time
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from gristmill.pool.engines.local import endings
from gristmill.pool.processes.held_signals import signals_held

PRELOAD = ["gristmill.pool.worker.lives.boot", "gristmill.pool.engines.local.booted"]
_LONGEST_RUN_PATH = 60
"""Bytes: below it two more names still make an address that a Unix socket can have."""


class Registry:
    """Every process that a Pool of ours has started and whose end was not yet collected.

    The Pool itself forgets a worker when it ends; we want its exit code, whoever looks first.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: dict[int, BaseProcess] = {}
        self._watched: dict[int, int] = {}

    def add(self, process: BaseProcess) -> None:
        assert process.pid is not None
        descriptor = endings.watch(process.pid)
        with self._lock:
            self._processes[process.pid] = process
            if descriptor is not None:
                self._watched[process.pid] = descriptor

    def living(self) -> dict[int, BaseProcess]:
        with self._lock:
            return dict(self._processes)

    def wait(self, timeout_s: float) -> list[int]:
        """Wait up to `timeout_s` seconds for processes to end, or for their forkserver to do so;
        the pids of those."""
        with self._lock:
            handles: dict[Any, int] = {p.sentinel: pid for pid, p in self._processes.items()}
            handles |= {descriptor: pid for pid, descriptor in self._watched.items()}
        if not handles:
            time.sleep(timeout_s)
        try:
            return sorted({handles[ready] for ready in wait_for(list(handles), timeout_s)})
        except OSError as error:
            # No more descriptors may be polled than may be open, which somebody has made fewer.
            # Who ended meanwhile is found when that is over.
            _log.warning("cannot wait for workers: %s", error.strerror)
            time.sleep(timeout_s)
            return []

    def collect(self, pid: int) -> int | None:
        """The exit code of a process that has ended, None where nobody can say; it is forgotten."""
        with self._lock:
            process = self._processes.pop(pid)
            descriptor = self._watched.pop(pid, None)
        if descriptor is None:
            return process.exitcode
        has_ended = wait_for([descriptor], 0)
        os.close(descriptor)
        # Otherwise it is the forkserver that has ended.
        return endings.exit_code(process) if has_ended else None


_log = logging.getLogger(__name__)
_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_context: Any = multiprocessing.get_context(_METHOD)
_Base: Any = _context.Process
_homes: WeakKeyDictionary[BaseProcess, Registry] = WeakKeyDictionary()
"""Beside the processes, not in them: a process object is pickled to its child."""


class WorkerProcess(_Base):  # type: ignore[misc]
    """Registers itself when it starts. Reads of the exit code are serialised: the Pool's thread
    and ours may both look, and it can be read from the forkserver's pipe only once."""

    _reading = threading.RLock()

    def start(self) -> None:
        if _METHOD == "forkserver":
            # First: when this one starts, it releases what is held. Most often it runs already.
            multiprocessing.resource_tracker.ensure_running()
            # This may start the forkserver.
            with signals_held():
                super().start()
        else:
            super().start()
        _homes.pop(self).add(self)

    @property
    def exitcode(self) -> int | None:
        with self._reading:
            code: int | None = super().exitcode
            return code


def pool_context(registry: Registry) -> BaseContext:
    """A context whose processes register themselves: forkserver, or spawn where there is none.

    Never fork: with threads running, a fork copies locks that nobody will release.
    """

    def make(*args: Any, **kwargs: Any) -> WorkerProcess:
        process = WorkerProcess(*args, **kwargs)
        _homes[process] = registry
        return process

    # An instance of our own: what is set on it must not change the module-wide context.
    context: Any = type(_context)()
    context.Process = make
    if _METHOD == "forkserver":
        context.set_forkserver_preload(PRELOAD)
    typed: BaseContext = context
    return typed


def keep_sockets_in(run: Path) -> None:
    """Have multiprocessing keep the forkserver's socket in the data folder's `run`.

    A killed supervisor cannot remove it, and in the system's folder for temporary files it would
    lie for ever; here the next start does it.
    """
    if len(os.fsencode(run)) > _LONGEST_RUN_PATH:
        return
    before, tempfile.tempdir = tempfile.tempdir, str(run)
    try:
        # Remembered by multiprocessing for the rest of this process.
        own = multiprocessing.util.get_temp_dir()
    finally:
        tempfile.tempdir = before
    for left in run.glob("pymp-*"):
        if str(left) != own:
            shutil.rmtree(left, ignore_errors=True)
