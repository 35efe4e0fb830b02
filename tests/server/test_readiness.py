"""Whether the service is ready is known whatever its parts do."""

import threading
from itertools import count

import pytest
from support.patience import WAIT_S
from support.running import until

from gristmill.pool.client import QueueStats
from gristmill.schemas.problems.errors import Stalled, SupervisorAway
from gristmill.server import readiness


def stats(waiting: int) -> QueueStats:
    return QueueStats(waiting, 0, 0, 1, 10, False, 0, 0, 0, 0.0)


def answered_late(ready: readiness.Readiness, answers: list[readiness.Seen]) -> None:
    def look() -> bool:
        ready.answer_late()
        return bool(answers)

    until(look, "a late answer")


def asked(ready: readiness.Readiness) -> list[readiness.Seen]:
    """The answers so far; more come from the thread that looks, or from `answer_late`."""
    answers: list[readiness.Seen] = []
    ready.ask(answers.append)
    return answers


def test_a_question_is_answered_by_a_look_that_began_after_it() -> None:
    looks = (stats(number) for number in count())
    ready = readiness.Readiness(lambda: next(looks))
    ready.begin()
    try:
        answers = asked(ready)
        until(lambda: answers, "an answer")
        later = asked(ready)
        until(lambda: later, "an answer")
        first, second = answers[0], later[0]
        assert isinstance(first, QueueStats) and isinstance(second, QueueStats)
        assert second.waiting > first.waiting
    finally:
        ready.end()


def test_a_look_that_hangs_is_answered_by_the_one_before_and_at_last_by_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readiness, "PATIENCE_S", 0.01)
    hang, looks = threading.Event(), iter([stats(1)])

    def look() -> QueueStats:
        if (found := next(looks, None)) is not None:
            return found
        hang.wait(WAIT_S)
        raise Stalled("it was let go")

    ready = readiness.Readiness(look)
    ready.begin()
    try:
        first = asked(ready)
        until(lambda: first, "an answer")
        late = asked(ready)
        answered_late(ready, late)
        assert late == [stats(1)]
        monkeypatch.setattr(readiness, "OLDEST_S", 0.01)
        silent = asked(ready)
        answered_late(ready, silent)
        assert isinstance(silent[0], SupervisorAway)
    finally:
        ready.end()
        hang.set()


def test_what_goes_wrong_in_a_look_is_the_answer() -> None:
    def look() -> QueueStats:
        raise Stalled("nothing moves")

    ready = readiness.Readiness(look)
    ready.begin()
    try:
        answers = asked(ready)
        until(lambda: answers, "an answer")
        assert isinstance(answers[0], Stalled)
    finally:
        ready.end()
