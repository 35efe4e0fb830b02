"""Who goes when one too many comes."""

from typing import NamedTuple

import pytest

from gristmill.server.transport.crowd import Caps, Rank, peer_of, too_many


class One(NamedTuple):
    peer: str
    rank: Rank = Rank.IDLE
    since: float = 0.0

    def standing(self, now: float) -> tuple[Rank, float]:
        return self.rank, self.since


NEW = One("a", Rank.IDLE, 99.0)
CAPS = Caps(4, 3)


@pytest.mark.parametrize(
    ("others", "leaving"),
    [
        ([], None),
        ([One("a", since=1), One("a", since=2)], None),
        # Three of its own are there: the one that has been silent longest.
        ([One("a", since=2), One("a", since=1), One("a", since=3)], One("a", since=1)),
        # What loses less goes first, however young.
        (
            [One("a", Rank.HEAD, 1), One("a", Rank.IDLE, 5), One("a", Rank.BODY, 0)],
            One("a", Rank.IDLE, 5),
        ),
        # One peer's crowd never drives out another's connections.
        (
            [One("b", since=1), One("a", Rank.BODY, 7), One("a", Rank.SERVED), One("c")],
            One("a", Rank.BODY, 7),
        ),
        ([One("b", since=9), One("b", since=8), One("b", since=7), One("c")], One("b", since=7)),
        # What is worked on is not given up.
        ([One("a", Rank.SERVED)] * 3, NEW),
    ],
)
def test_the_one_whose_end_loses_least_goes(others: list[One], leaving: One | None) -> None:
    found = too_many([*others, NEW], [NEW], CAPS, 100.0)
    assert found == ([] if leaving is None else [leaving])


def test_as_many_go_at_once_as_have_come() -> None:
    others = [One("a", Rank.HEAD, since) for since in (3.0, 1.0, 2.0)]
    new = [One("a", Rank.HEAD, 9.0), One("a", Rank.IDLE, 9.5)]
    assert too_many([*others, *new], new, CAPS, 100.0) == [others[1], others[2]]
    served = [One("a", Rank.SERVED)] * 3
    assert too_many([*served, *new], new, CAPS, 100.0) == [new[1], new[0]]
    crowd = [One("b", since=since) for since in (5.0, 4.0, 3.0)]
    assert too_many([*crowd, *new, One("c")], new, CAPS, 100.0) == [crowd[2], crowd[1]]


def test_of_a_crowd_some_of_the_next_go_ahead_so_that_not_everybody_is_looked_at_for_each() -> None:
    caps = Caps(200, 100)
    silent = [One("a", Rank.HEAD, float(since)) for since in range(50)]
    young = [One("a", Rank.HEAD, 99.5)] * 30
    sending = [One("a", Rank.BODY, 0.0)] * 20
    assert too_many([*sending, *young, *silent, NEW], [NEW], caps, 100.0) == silent[:5]
    # Whoever has begun to be served, or came just now, goes only where it must.
    assert too_many([*sending * 3, *young, *young, NEW], [NEW], caps, 100.0) == young[:21]


@pytest.mark.parametrize(
    ("address", "peer"),
    [
        (("127.0.0.1", 5), "127.0.0.1"),
        (("2001:db8:1:2:3:4:5:6", 5, 0, 0), "2001:db8:1:2::/64"),
        (("::ffff:10.0.0.1", 5, 0, 0), "10.0.0.1"),
        (("fe80::1%eth0", 5, 0, 2), "fe80::/64"),
        (("localhost", None), "localhost"),
    ],
)
def test_a_network_of_one_customer_is_one_peer(address: object, peer: str) -> None:
    assert peer_of(address) == peer
