"""Whether the service is ready is known whatever its parts do."""

import threading

from support.running import until

from gristmill.schemas.errors import Stalled, SupervisorAway
from gristmill.server import readiness


def asked(ready):
    """The answers so far; more come from the thread that looks, or from `answer_late`."""
    answers = []
    ready.ask(answers.append)
    return answers


def test_a_question_is_answered_by_a_look_that_began_after_it():
    looks = iter(range(1_000_000))
    ready = readiness.Readiness(lambda: next(looks))
    ready.begin()
    try:
        answers = asked(ready)
        until(lambda: answers, "an answer")
        later = asked(ready)
        until(lambda: later, "an answer")
        assert later[0] > answers[0]
    finally:
        ready.end()


def test_a_look_that_hangs_is_answered_by_the_one_before_and_at_last_by_silence(monkeypatch):
    monkeypatch.setattr(readiness, "PATIENCE_S", 0.01)
    hang, looks = threading.Event(), iter(["fine"])
    ready = readiness.Readiness(lambda: next(looks, None) or hang.wait(20))
    ready.begin()
    try:
        first = asked(ready)
        until(lambda: first, "an answer")
        late = asked(ready)
        until(lambda: ready.answer_late() or late, "a late answer")
        assert late == ["fine"]
        monkeypatch.setattr(readiness, "OLDEST_S", 0.01)
        silent = asked(ready)
        until(lambda: ready.answer_late() or silent, "a late answer")
        assert isinstance(silent[0], SupervisorAway)
    finally:
        ready.end()
        hang.set()


def test_what_goes_wrong_in_a_look_is_the_answer():
    def look():
        raise Stalled("nothing moves")

    ready = readiness.Readiness(look)
    ready.begin()
    try:
        answers = asked(ready)
        until(lambda: answers, "an answer")
        assert isinstance(answers[0], Stalled)
    finally:
        ready.end()
