"""Whose turn it is."""

from gristmill.pool.webhooks.waiting_list import PER_HOST, WaitingList


def taken(waiting: WaitingList, now: float) -> str | None:
    ticket = waiting.take(now)
    return ticket and ticket.job_id


def test_what_is_due_first_comes_first_and_what_is_not_due_waits() -> None:
    waiting = WaitingList()
    waiting.add(5.0, "late", 1, "a")
    waiting.add(1.0, "early", 1, "b")
    assert (taken(waiting, 0.0), waiting.next_due()) == (None, 1.0)
    assert (taken(waiting, 2.0), taken(waiting, 2.0), waiting.next_due()) == ("early", None, 5.0)
    assert taken(waiting, 6.0) == "late"


def test_one_host_takes_no_more_than_its_share_and_others_have_their_turn() -> None:
    waiting = WaitingList()
    for number in range(PER_HOST + 2):
        waiting.add(0.0, f"slow-{number}", 1, "slow")
    waiting.add(1.0, "quick", 1, "quick")
    tickets = [waiting.take(2.0) for _ in range(PER_HOST + 2)]
    names = {ticket.job_id for ticket in tickets if ticket}
    assert names == {"slow-0", "slow-1", "quick"} and tickets[-1] is None
    first = next(ticket for ticket in tickets if ticket and ticket.host == "slow")
    waiting.done(first, None)
    assert taken(waiting, 2.0) == "slow-2"


def test_what_waits_already_is_not_added_twice_unless_anew() -> None:
    waiting = WaitingList()
    waiting.add(9.0, "job", 1, "a")
    waiting.add(0.0, "job", 1, "a")
    assert taken(waiting, 1.0) is None
    waiting.add(0.0, "job", 1, "a", anew=True)
    ticket = waiting.take(1.0)
    assert ticket is not None
    waiting.done(ticket, None)
    assert taken(waiting, 10.0) is None and len(waiting) == 0


def test_what_was_asked_for_anew_during_an_attempt_is_tried_again_after_it() -> None:
    waiting = WaitingList()
    waiting.add(0.0, "job", 1, "a")
    ticket = waiting.take(0.0)
    assert ticket is not None
    waiting.add(0.0, "job", 1, "a", anew=True)
    waiting.done(ticket, None)
    assert taken(waiting, 0.0) == "job"
