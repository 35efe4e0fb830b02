"""The places of long polls: who waits, until when, and who is answered at once."""

import threading

from support.server_fakes import Interrupted

from gristmill.server.waiting import WaitingRoom


def test_what_is_enough_already_is_answered_without_a_wait() -> None:
    stopping = Interrupted(lambda: None)
    assert WaitingRoom(1, stopping).wait(lambda: 3, lambda seen: seen == 3, 60) == 3
    assert stopping.waits == 0


def test_a_wait_ends_with_the_look_that_is_enough() -> None:
    seen = [1]
    room = WaitingRoom(1, Interrupted(lambda: seen.append(2)))
    assert room.wait(lambda: seen[-1], lambda value: value == 2, 60) == 2


def test_stopping_ends_a_wait_with_what_was_seen() -> None:
    stopping = threading.Event()
    stopping.set()
    assert WaitingRoom(1, stopping).wait(lambda: 1, lambda _: False, 60) == 1


def test_when_every_place_is_taken_one_more_is_answered_at_once() -> None:
    answers: list[str] = []
    room = WaitingRoom(1, stopping := Interrupted(lambda: answers.append(inner())))

    def inner() -> str:
        return room.wait(lambda: "at once", lambda _: False, 60)

    stopping_waits = room.wait(lambda: len(answers), lambda seen: seen == 1, 60)
    assert (stopping_waits, answers, stopping.waits) == (1, ["at once"], 1)


def test_a_place_is_free_again_after_a_wait_that_failed() -> None:
    room = WaitingRoom(1, Interrupted(lambda: None))
    looks = iter([1])
    for _ in range(2):
        try:
            room.wait(lambda: next(looks), lambda _: False, 60)
        except StopIteration:
            pass
    assert room._places.acquire(blocking=False)
