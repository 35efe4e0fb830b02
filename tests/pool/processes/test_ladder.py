"""The kill ladder on real processes: TERM, a grace, KILL; and nobody else."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import psutil
import pytest
from support.patience import WAIT_S
from support.running import at_work, until

from gristmill.pool.processes.ladder import KillLadder, is_alive

LONG_S = 60.0
_READY = "import signal, subprocess, sys, time\n"
_WAIT = "print('ready', flush=True); sys.stdin.read()\n"
POLITE = _READY + "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n" + _WAIT
DEAF = _READY + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _WAIT
PARENT = (
    "import subprocess, sys\n"
    f"child = subprocess.Popen([sys.executable, '-c', {DEAF!r}], stdout=subprocess.PIPE)\n"
    "child.stdout.readline(); print(child.pid, flush=True); sys.stdin.read()\n"
)


class Started(subprocess.Popen[str]):
    """A child whose first line has been read."""

    def __init__(self, script: str) -> None:
        super().__init__(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.stdout is not None
        self.line = self.stdout.readline().strip()
        assert self.line
        self.handle = psutil.Process(self.pid)

    def ended(self) -> int | None:
        """The exit code, whoever collected it: the ladder may have done so."""
        return self.handle.wait(WAIT_S)


@pytest.fixture
def start() -> Iterator[type[Started]]:
    """Starts children that end with the test."""
    with ExitStack() as stack:

        class Tracked(Started):
            def __init__(self, script: str) -> None:
                super().__init__(script)
                stack.enter_context(self)
                stack.callback(self.kill)

        yield Tracked


def test_a_polite_process_ends_by_term(start: type[Started]) -> None:
    ladder, child = KillLadder(), start(POLITE)
    ladder.condemn(child.handle, LONG_S)
    assert ladder.finish()
    assert child.ended() == 7


def test_one_that_ignores_term_gets_kill_after_its_grace_and_not_before(
    start: type[Started],
) -> None:
    ladder, patient, hasty = KillLadder(), start(DEAF), start(DEAF)
    ladder.condemn(patient.handle, LONG_S)
    ladder.condemn(hasty.handle, 0.05)

    def ended() -> bool:
        ladder.tick()
        return hasty.poll() is not None

    until(ended, "the end of the hasty one")
    assert hasty.returncode == -signal.SIGKILL
    assert is_alive(patient.handle)
    assert not ladder.finish(0.05)


def test_a_stopped_process_gets_kill(start: type[Started]) -> None:
    ladder, child = KillLadder(), start(POLITE)
    child.send_signal(signal.SIGSTOP)
    ladder.condemn(child.handle, 0.0)
    assert ladder.finish()
    assert child.ended() == -signal.SIGKILL


def test_its_children_go_with_it_though_they_ignore_term(start: type[Started]) -> None:
    ladder, parent = KillLadder(), start(PARENT)
    grandchild = psutil.Process(int(parent.line))
    ladder.condemn(parent.handle, 0.05)
    assert ladder.finish()
    assert parent.ended() == -signal.SIGTERM
    until(lambda: not at_work(grandchild), "the end of the grandchild")


def test_condemning_twice_changes_nothing(start: type[Started]) -> None:
    ladder, child = KillLadder(), start(DEAF)
    ladder.condemn(child.handle, 0.0)
    ladder.condemn(child.handle, LONG_S)
    assert ladder.finish()
    assert child.ended() == -signal.SIGKILL


def test_a_process_that_has_ended_already_is_forgotten(start: type[Started]) -> None:
    ladder, child = KillLadder(), start(POLITE)
    child.kill()
    child.wait()
    ladder.condemn(child.handle)
    assert ladder.finish()
    assert not is_alive(child.handle)


def test_a_zombie_counts_as_ended(start: type[Started]) -> None:
    ladder, child = KillLadder(), start(POLITE)
    child.kill()
    until(lambda: child.handle.status() == psutil.STATUS_ZOMBIE, "the zombie")
    ladder.condemn(child.handle, LONG_S)
    assert ladder.finish()


def test_a_pid_that_was_given_to_somebody_else_is_never_hit(start: type[Started]) -> None:
    ladder, child = KillLadder(), start(POLITE)
    # The kernel gives a pid out again only after thousands of others, so the handle is dated
    # back: it stands for an earlier process of that pid.
    setattr(child.handle, "_ident", (child.pid, child.handle.create_time() - 3600))  # noqa: B010 - its types hide it
    ladder.condemn(child.handle, 0.0)
    assert ladder.finish()
    assert child.poll() is None
    child.communicate()
    assert child.returncode == 0


def test_a_condemned_pid_that_is_reused_within_its_grace_is_never_hit(
    start: type[Started],
) -> None:
    ladder, child = KillLadder(), start(DEAF)
    ladder.condemn(child.handle, 0.0)
    setattr(child.handle, "_ident", (child.pid, child.handle.create_time() - 3600))  # noqa: B010 - its types hide it
    assert ladder.finish()
    assert child.poll() is None
