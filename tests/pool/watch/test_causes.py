"""What killed a worker, case by case."""

import signal

import pytest

from gristmill.pool.watch.causes import cause
from gristmill.schemas.jobs.workers import ORPHANED, Death, Manner
from gristmill.schemas.outcomes.retry import Failure


@pytest.mark.parametrize(
    ("exit_code", "short_of_memory", "sent_by_us", "expected"),
    [
        *(
            pytest.param(-signal.Signals[f"SIG{name}"], False, False, Failure.CRASH, id=name)
            for name in ("SEGV", "ABRT", "BUS", "ILL", "FPE", "SYS", "TRAP", "XCPU", "XFSZ")
        ),
        pytest.param(-signal.SIGSEGV, True, False, Failure.CRASH, id="SEGV while memory is short"),
        pytest.param(0, False, False, Failure.CRASH, id="an exit in the middle of a document"),
        pytest.param(1, False, False, Failure.CRASH, id="exit code 1"),
        pytest.param(255, True, False, Failure.CRASH, id="exit code 255"),
        pytest.param(-signal.SIGKILL, True, False, Failure.MEMORY, id="the kernel, for memory"),
        pytest.param(-signal.SIGKILL, False, False, Failure.KILLED, id="somebody's KILL"),
        pytest.param(-signal.SIGKILL, True, True, Failure.KILLED, id="our KILL, memory is short"),
        pytest.param(-signal.SIGKILL, False, True, Failure.KILLED, id="our KILL, for another"),
        pytest.param(-signal.SIGTERM, True, False, Failure.KILLED, id="TERM"),
        pytest.param(-signal.SIGHUP, False, False, Failure.KILLED, id="HUP"),
        pytest.param(-signal.SIGUSR1, False, False, Failure.KILLED, id="USR1"),
        pytest.param(ORPHANED, False, False, Failure.KILLED, id="its supervisor is gone"),
        pytest.param(None, False, False, Failure.KILLED, id="nobody could see why"),
    ],
)
def test_a_death_has_a_cause(
    exit_code: int | None, short_of_memory: bool, sent_by_us: bool, expected: Failure
) -> None:
    how = Death.of_exit_code(exit_code, short_of_memory=short_of_memory)
    assert cause(how, sent_by_us=sent_by_us) is expected


def test_only_a_signal_tells_of_the_memory() -> None:
    assert not Death.of_exit_code(1, short_of_memory=True).short_of_memory
    assert Death.of_exit_code(None, short_of_memory=True) == Death(Manner.VANISHED)
