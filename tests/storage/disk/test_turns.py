"""Waiting for a lock in turn: threads in their order, processes after a while."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.patience import WAIT_S
from support.running import until

from gristmill.storage.disk.locks import hold
from gristmill.storage.disk.turns import Turnstile

_GREEDY = """
import pathlib, sys, threading
from gristmill.storage.disk.locks import hold
def work():
    while True:
        with hold(pathlib.Path(sys.argv[1])):
            print("held", flush=True) if not seen.is_set() else None
            seen.set()
seen = threading.Event()
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
sys.stdin.read()
"""


def _queue_up(turnstile: Turnstile, count: int) -> tuple[list[threading.Thread], list[int]]:
    """Threads that wait in the order of their numbers, and the numbers as they get through."""
    order: list[int] = []

    def pass_through(number: int) -> None:
        if turnstile.enter(20):
            order.append(number)
            turnstile.leave()

    threads = []
    for number in range(count):
        threads.append(threading.Thread(target=pass_through, args=(number,)))
        threads[-1].start()
        until(lambda n=number: len(turnstile._waiting) == n + 1, "a waiting thread")  # type: ignore[misc]
    return threads, order


def test_threads_come_in_the_order_in_which_they_asked() -> None:
    turnstile = Turnstile()
    assert turnstile.enter(0)
    threads, order = _queue_up(turnstile, 8)
    turnstile.leave()
    for thread in threads:
        thread.join()
    assert order == list(range(8))
    assert turnstile.enter(0)


def test_who_gives_up_is_passed_over() -> None:
    turnstile = Turnstile()
    assert turnstile.enter(0)
    assert not turnstile.enter(0.001)
    threads, order = _queue_up(turnstile, 2)
    turnstile.leave()
    for thread in threads:
        thread.join()
    assert order == [0, 1]


def test_an_interrupted_wait_blocks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def acquire(self, timeout: float = -1) -> bool:
            if timeout >= 0:
                raise KeyboardInterrupt
            return True

    turnstile = Turnstile()
    assert turnstile.enter(0)
    with monkeypatch.context() as patched:
        patched.setattr(threading, "Lock", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            turnstile.enter(1)
    turnstile.leave()
    assert turnstile.enter(0)


def test_a_process_that_wants_a_lock_all_the_time_leaves_it_to_another(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    greedy = subprocess.Popen(
        [sys.executable, "-c", _GREEDY, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with greedy:
        assert greedy.stdout is not None and greedy.stdout.readline() == "held\n"
        for _ in range(5):
            with hold(path, timeout_s=WAIT_S):
                pass
        greedy.kill()
