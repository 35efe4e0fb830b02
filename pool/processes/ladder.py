"""The one way a process is made to end: TERM, a grace, KILL, for it and its children."""

import time
from typing import NamedTuple

import psutil

GRACE_S = 0.25


class _Condemned(NamedTuple):
    processes: tuple[psutil.Process, ...]
    kill_at: float


class KillLadder:
    """Several processes may be on the ladder at once. `tick` never blocks.

    psutil knows a process by its start time as well as by its pid, so a pid that was given to
    somebody else is never hit.
    """

    def __init__(self) -> None:
        self._condemned: dict[int, _Condemned] = {}

    def condemn(self, process: psutil.Process, grace_s: float = GRACE_S) -> None:
        """Put a process and its present children on the ladder; a second time changes nothing."""
        if process.pid in self._condemned:
            return
        family = (process, *_children(process))
        for member in family:
            _send(member, kill=False)
        self._condemned[process.pid] = _Condemned(family, time.monotonic() + grace_s)

    def tick(self) -> None:
        """Kill those whose grace is over, forget those that ended. Call every 100 ms or so."""
        now = time.monotonic()
        for pid, condemned in list(self._condemned.items()):
            alive = [process for process in condemned.processes if is_alive(process)]
            if not alive:
                del self._condemned[pid]
            elif now >= condemned.kill_at:
                for process in alive:
                    _send(process, kill=True)

    def finish(self, timeout_s: float = 5.0) -> bool:
        """Work until everything condemned has ended; False when that took too long."""
        deadline = time.monotonic() + timeout_s
        while self._condemned and time.monotonic() < deadline:
            self.tick()
            everyone = [p for entry in self._condemned.values() for p in entry.processes]
            psutil.wait_procs(everyone, timeout=0.02)
        return not self._condemned


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still runs; a zombie does not. One that we cannot look at, for want of
    descriptors, may."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
    except OSError:
        return True


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except (OSError, psutil.Error):
        return []


def _send(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
    except (OSError, psutil.Error):
        pass
