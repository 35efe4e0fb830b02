"""Submissions at the same time share an accept, and nobody is left behind."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
import pytest
from job_samples import queued
from running import until

from gristmill.pool.client.drafts import Draft, Request, Submission, drafts_of
from gristmill.pool.client.sharing import AT_ONCE, Sharing
from gristmill.schemas.request import IngestionTask
from gristmill.schemas.sources import InlineText


def draft(key: str) -> Draft:
    (made,) = drafts_of([Request(IngestionTask(sources=[]))])
    source = InlineText("a", "text")
    made.stored = (source,)
    made.prepared = msgspec.structs.replace(queued(source), job_id=made.job_id, key=key)
    return made


class Disk:
    """An accept that stands still until it is let go, and notes with whom it was called."""

    def __init__(self) -> None:
        self.calls: list[list[Draft]] = []
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.fails: BaseException | None = None

    def __call__(self, drafts: Sequence[Draft]) -> None:
        self.calls.append(list(drafts))
        self.begun.release()
        assert self.go.acquire(timeout=20)
        if self.fails is not None:
            raise self.fails
        for each in drafts:
            each.outcome = Submission(each.manifest, created=True)


@contextmanager
def at_once(calls: Sequence[Callable[[], None]]) -> Iterator[list[BaseException]]:
    errors: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    yield errors
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def busy(sharing: Sharing, disk: Disk, *more: Draft) -> list[Callable[[], None]]:
    """Calls that fill all accepts, and those of `more`, which have to wait for them."""
    first = [draft(f"first-{number}") for number in range(AT_ONCE)]
    return [lambda each=each: sharing(each) for each in (*first, *more)]  # type: ignore[misc]


def test_those_who_come_during_an_accept_share_the_next_one() -> None:
    disk, late = Disk(), [draft(f"late-{number}") for number in range(5)]
    sharing = Sharing(disk)
    with at_once(busy(sharing, disk)) as errors:
        for _ in range(AT_ONCE):
            assert disk.begun.acquire(timeout=20)
        with at_once([lambda each=each: sharing(each) for each in late]):  # type: ignore[misc]
            until(lambda: len(sharing._line) == len(late), "everybody in the line")
            disk.go.release()
            assert disk.begun.acquire(timeout=20)
            for _ in range(AT_ONCE):
                disk.go.release()
    assert not errors
    assert sorted(map(len, disk.calls)) == [1] * AT_ONCE + [len(late)]
    assert all(isinstance(each.outcome, Submission) for each in late)


def test_of_one_key_the_second_is_decided_after_the_first() -> None:
    disk, same = Disk(), [draft("same"), draft("same")]
    sharing = Sharing(disk)
    with at_once(busy(sharing, disk)):
        for _ in range(AT_ONCE):
            assert disk.begun.acquire(timeout=20)
        with at_once([lambda each=each: sharing(each) for each in same]):  # type: ignore[misc]
            until(lambda: len(sharing._line) == 2, "both in the line")
            for _ in range(AT_ONCE + 2):
                disk.go.release()
    assert sorted(map(len, disk.calls)) == [1] * (AT_ONCE + 2)


@pytest.mark.parametrize("error", [OSError("unexpected"), KeyboardInterrupt()])
def test_what_ends_an_accept_is_told_to_all_that_shared_it_and_the_next_goes_on(
    error: BaseException,
) -> None:
    disk, late = Disk(), [draft(f"late-{number}") for number in range(3)]
    sharing = Sharing(disk)
    with at_once(busy(sharing, disk)) as first:
        for _ in range(AT_ONCE):
            assert disk.begun.acquire(timeout=20)
        with at_once([lambda each=each: sharing(each) for each in late]) as errors:  # type: ignore[misc]
            until(lambda: len(sharing._line) == len(late), "everybody in the line")
            disk.fails = error
            disk.go.release()
            assert disk.begun.acquire(timeout=20)
            for _ in range(AT_ONCE):
                disk.go.release()
    assert first == [error] * AT_ONCE and errors == [error] * len(late)
    disk.fails = None
    disk.go.release()
    after = draft("after")
    sharing(after)
    assert isinstance(after.outcome, Submission)
