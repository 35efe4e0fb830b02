"""No process outlives the test that started it, however pytest ends.

What a run of pytest starts, whoever starts it, inherits a mark in its environment; a new session
or the death of its parent do not wash it off. Beside each pytest process stands a keeper (this
file, run as a program) that waits for the end of a pipe. The kernel closes the pipe also for a
pytest that was killed; then the keeper kills whatever bears the mark. Unlike PR_SET_PDEATHSIG this
reaches grandchildren and orphans, needs no Linux, and does not depend on the thread that started a
child.
"""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker
from typing import Any

import psutil

MARK = "MARKED_BY_TESTS"
"""Ids of the runs and tests that a process belongs to; a pytest in a test has those of both. Not
`GRISTMILL_`: that would be a setting."""
OWN_END_S = 3.0
"""What ends with its parent by itself gets this long: it may have something to tidy up."""
END_S = 20.0
"""Until the kernel has ended what was killed."""


def mark(more: str) -> str:
    """Let what is started from now on bear one id more; returns the value before."""
    before = os.environ.get(MARK, "")
    os.environ[MARK] = f"{before} {more}".strip()
    return before


def unmark(before: str) -> None:
    os.environ[MARK] = before


def alive(marked: str) -> list[psutil.Process]:
    """Every process that bears an id, but this one."""
    found = []
    for process in psutil.process_iter():
        try:
            ids = process.environ().get(MARK, "").split()
            if marked in ids and process.pid != os.getpid():
                found.append(process)
        except psutil.Error:
            continue  # It has ended, or is none of ours.
    return found


def end(marked: str) -> list[str]:
    """SIGKILL all that bears an id, and what that starts meanwhile; returns what they were.

    Collects no dead child: its exit code is for whoever started it.
    """
    told: dict[int, str] = {}
    deadline = time.monotonic() + END_S
    while (processes := alive(marked)) and time.monotonic() < deadline:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                told.setdefault(process.pid, f"{process.pid} {' '.join(process.cmdline())}")
                process.kill()
        time.sleep(0.01)
    return list(told.values())


@contextmanager
def keeper() -> Iterator[str]:
    """Marks what this process starts; yields the id. Nothing that bears it lives afterwards."""
    marked = uuid.uuid4().hex
    # What counts the semaphores of this very process lives as long as it does. Killed earlier, a
    # second one would be told of those that the first one knew.
    resource_tracker.ensure_running()
    command = [sys.executable, "-P", __file__, marked]
    # Its own session: an interrupt from the keyboard is not for the keeper. Its environment is as
    # it was: it does not belong to what it ends.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        before = mark(marked)
        try:
            yield marked
        finally:
            unmark(before)
            _end_forkserver()
            assert process.stdin is not None
            process.stdin.close()


def _end_forkserver() -> None:
    """Of what tests have started within this process; it would live as long as this."""
    private: Any = forkserver
    private._forkserver._stop()


def _keep(marked: str) -> None:
    sys.stdin.read()
    deadline = time.monotonic() + OWN_END_S
    while alive(marked) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in end(marked):
        sys.stderr.write(f"outlived its test and was killed: {process}\n")


if __name__ == "__main__":
    _keep(sys.argv[1])
