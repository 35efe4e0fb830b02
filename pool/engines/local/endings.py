"""How a worker process ended, whoever collects it: it is its forkserver's child, not ours."""

import os
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess

_NEWS_S = 0.2
_EXIT_CODE_FIELD = 48
"""Of /proc/PID/stat, behind the state."""


def watch(pid: int) -> int | None:
    """A descriptor that is ready when a process has ended; None where the system has none. The
    forkserver's news of its children come one after the other, and not at all while it is stopped;
    this waits for nobody."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def exit_code(process: BaseProcess) -> int | None:
    """The exit code of a process that has ended, as `Popen` has it; None where nobody can say."""
    # First what the kernel shows until the forkserver has collected it; then the forkserver's news.
    code = _of_zombie(process.pid or 0)
    if code:
        return code
    wait_for([process.sentinel], _NEWS_S)
    return process.exitcode


def _of_zombie(pid: int) -> int | None:
    """0 also where we may not know."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            state, *fields = file.read().rpartition(")")[2].split()
        return os.waitstatus_to_exitcode(int(fields[_EXIT_CODE_FIELD])) if state == "Z" else None
    except (OSError, ValueError, IndexError):
        return None
