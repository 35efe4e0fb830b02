"""Answers of a moment ago are given again, for a second and no longer."""

from gristmill.server import lately
from gristmill.server.lately import Lately


def test_an_answer_is_made_once_a_second_for_each_that_asks() -> None:
    now, made = [0.0], list[str]()

    def make(name: str) -> bytes:
        made.append(name)
        return name.encode()

    kept = Lately(lambda: now[0])
    for at in (0.0, 0.9, 1.0, 1.5, 2.5):
        now[0] = at
        assert kept.get("a", lambda: make("a")) == b"a"
        assert kept.get("b", lambda: make("b")) == b"b"
    assert made == ["a", "b"] * 3


def test_few_are_kept() -> None:
    kept = Lately(lambda: 0.0)
    for n in range(1000):
        kept.get(n, bytes)
    assert len(kept._kept) == lately._MOST
