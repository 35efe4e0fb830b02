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


class Companion(NamedTuple):
    """A program to keep alive. It writes a line to the descriptor that `--ready-fd` names when
    it is ready, and ends when its standard input does: so none outlives a killed supervisor. It is
    born with TERM and INT held back (`births`)."""

    name: str
    argv: Sequence[str]
    pass_fds: tuple[int, ...] = ()


class Companions:
    """Starts, restarts and stops companions. `on_death` hears of each that dies by itself."""

    def __init__(
        self, companions: Sequence[Companion], ladder: KillLadder, on_death: Callable[[], None]
    ) -> None:
        self._companions, self._ladder, self._on_death = companions, ladder, on_death
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._starting: list[tuple[Companion, IO[bytes]]] = []
        self._deaths: deque[float] = deque(maxlen=_RESTARTS)

    def start(self) -> None:
        """Start all. Returns before they are ready."""
        self._starting = [(each, self._spawn(each)) for each in self._companions]

    def wait(self, timeout_s: float = 30.0) -> None:
        """Wait until each is ready. Raises ServiceFailed."""
        deadline = time.monotonic() + timeout_s
        while self._starting:
            companion, pipe = self._starting.pop()
            if _read_line(pipe, deadline - time.monotonic()):
                continue
            if self._was_killed(companion) and self._may_restart():
                self._starting.append((companion, self._spawn(companion)))
            else:
                raise ServiceFailed(
                    f"the {companion.name} process did not start; see its message above"
                )

    def tick(self) -> None:
        """Restart what died. Raises ServiceFailed when that happens again and again."""
        for companion in self._companions:
            process = self._running[companion.name]
            if process.poll() is None:
                continue
            _log.warning("%s ended (%s), starting it again", companion.name, process.returncode)
            self._on_death()
            if not self._may_restart():
                raise ServiceFailed(f"the {companion.name} process keeps dying")
            pipe = self._spawn(companion)
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

    def _was_killed(self, companion: Companion) -> bool:
        """By a signal, and not because it cannot start: that would not pass by itself."""
        try:
            return self._running[companion.name].wait(_REAP_S) < 0
        except subprocess.TimeoutExpired:
            return False

    def _may_restart(self) -> bool:
        """Note a death; False when there were too many in a short time."""
        now = time.monotonic()
        self._deaths.append(now)
        return len(self._deaths) < _RESTARTS or now - self._deaths[0] >= _WITHIN_S

    def _spawn(self, companion: Companion) -> IO[bytes]:
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        with signals_held():
            process = subprocess.Popen(
                [*companion.argv, "--ready-fd", str(writer)],
                stdin=subprocess.PIPE,
                pass_fds=(*companion.pass_fds, writer),
            )
        os.close(writer)
        self._running[companion.name] = process
        return os.fdopen(reader, "rb")


def _read_line(pipe: IO[bytes], timeout_s: float) -> bool:
    """Whether a line came; an ended process closes its end, so this never waits for the dead."""
    result: list[bytes] = []
    thread = threading.Thread(target=lambda: result.append(pipe.readline()), daemon=True)
    thread.start()
    thread.join(max(0.0, timeout_s))
    return bool(result and result[0])
