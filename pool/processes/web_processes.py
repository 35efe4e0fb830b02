"""Web processes that the supervisor keeps alive beside its workers."""

import logging
import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import IO, NamedTuple

import psutil

from gristmill.pool.processes.held_signals import signals_held
from gristmill.pool.processes.ladder import KillLadder
from gristmill.schemas.errors import ServiceFailed

_RESTARTS, _WITHIN_S = 5, 30.0
_STOP_S = 5.0
_REAP_S = 1.0
_log = logging.getLogger(__name__)


class WebProcess(NamedTuple):
    """A program to keep alive. It writes a line to the descriptor that `--ready-fd` names when
    it is ready, and ends when its standard input does: so none outlives a killed supervisor. It is
    born with TERM and INT held back (`pool.processes.held_signals`)."""

    name: str
    argv: Sequence[str]
    pass_fds: tuple[int, ...] = ()


class WebProcesses:
    """Starts, restarts and stops web processes. `on_death` hears of each that dies by itself."""

    def __init__(self, web_processes: Sequence[WebProcess], on_death: Callable[[], None]) -> None:
        self._web_processes, self._on_death = web_processes, on_death
        self._ladder = KillLadder()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._starting: list[tuple[WebProcess, IO[bytes]]] = []
        self._deaths: deque[float] = deque(maxlen=_RESTARTS)

    def start(self) -> None:
        """Start all. Returns before they are ready."""
        self._starting = [(each, self._spawn(each)) for each in self._web_processes]

    def wait(self, timeout_s: float = 30.0) -> None:
        """Wait until each is ready. Raises ServiceFailed."""
        deadline = time.monotonic() + timeout_s
        while self._starting:
            web_process, pipe = self._starting.pop()
            if _read_line(pipe, deadline - time.monotonic()):
                continue
            if self._was_killed(web_process) and self._may_restart():
                self._starting.append((web_process, self._spawn(web_process)))
            else:
                raise ServiceFailed(
                    f"the {web_process.name} process did not start; see its message above"
                )

    def tick(self) -> None:
        """Restart what died. Raises ServiceFailed when that happens again and again."""
        for web_process in self._web_processes:
            process = self._running[web_process.name]
            if process.poll() is None:
                continue
            _log.warning("%s ended (%s), starting it again", web_process.name, process.returncode)
            self._on_death()
            if not self._may_restart():
                raise ServiceFailed(f"the {web_process.name} process keeps dying")
            pipe = self._spawn(web_process)
            threading.Thread(target=_read_line, args=(pipe, 30.0), daemon=True).start()

    def stop(self) -> None:
        """End all: their standard input closes, and the ladder takes those that stay."""
        for process in self._running.values():
            if process.stdin:
                process.stdin.close()
        deadline = time.monotonic() + _STOP_S
        for process in self._running.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._ladder.condemn(psutil.Process(process.pid))
        self._ladder.finish()
        for process in self._running.values():
            process.poll()

    def _was_killed(self, web_process: WebProcess) -> bool:
        """By a signal, and not because it cannot start: that would not pass by itself."""
        try:
            return self._running[web_process.name].wait(_REAP_S) < 0
        except subprocess.TimeoutExpired:
            return False

    def _may_restart(self) -> bool:
        """Note a death; False when there were too many in a short time."""
        now = time.monotonic()
        self._deaths.append(now)
        return len(self._deaths) < _RESTARTS or now - self._deaths[0] >= _WITHIN_S

    def _spawn(self, web_process: WebProcess) -> IO[bytes]:
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        with signals_held():
            process = subprocess.Popen(
                [*web_process.argv, "--ready-fd", str(writer)],
                stdin=subprocess.PIPE,
                pass_fds=(*web_process.pass_fds, writer),
            )
        os.close(writer)
        self._running[web_process.name] = process
        return os.fdopen(reader, "rb")


def _read_line(pipe: IO[bytes], timeout_s: float) -> bool:
    """Whether a line came; an ended process closes its end, so this never waits for the dead."""
    result: list[bytes] = []
    thread = threading.Thread(target=lambda: result.append(pipe.readline()), daemon=True)
    thread.start()
    thread.join(max(0.0, timeout_s))
    return bool(result and result[0])
