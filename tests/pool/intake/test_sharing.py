"""Submissions at the same time share an accept, and nobody is left behind."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
import pytest
from support.job_samples import queued
from support.patience import WAIT_S
from support.running import until

from gristmill.pool.intake.drafts import Draft, Request, Submission, drafts_of
from gristmill.pool.intake.sharing import Sharing
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import InlineText


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
        assert self.go.acquire(timeout=WAIT_S)
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
        thread.join(WAIT_S)
        assert not thread.is_alive()


@contextmanager
def during_one(sharing: Sharing, disk: Disk) -> Iterator[list[BaseException]]:
    """While an accept stands still."""
    with at_once([lambda: sharing(draft("first"))]) as errors:
        assert disk.begun.acquire(timeout=WAIT_S)
        yield errors


def calls(sharing: Sharing, drafts: Sequence[Draft]) -> list[Callable[[], None]]:
    return [lambda each=each: sharing(each) for each in drafts]  # type: ignore[misc]


def test_those_who_come_during_an_accept_share_the_next_one() -> None:
    disk, late = Disk(), [draft(f"late-{number}") for number in range(5)]
    sharing = Sharing(disk)
    with during_one(sharing, disk) as first, at_once(calls(sharing, late)) as errors:
        until(lambda: len(sharing._line) == len(late), "everybody in the line")
        disk.go.release()
        disk.go.release()
    assert not first and not errors
    assert [len(call) for call in disk.calls] == [1, len(late)]
    assert all(isinstance(each.outcome, Submission) for each in late)


def test_drafts_for_which_nobody_waits_share_accepts_with_all_others() -> None:
    disk, waiting, later = Disk(), draft("waiting"), [draft("a"), draft("b")]
    sharing, told = Sharing(disk), threading.Semaphore(0)
    seen: list[BaseException | None] = []

    def done(error: BaseException | None) -> None:
        seen.append(error)
        told.release()
        raise ValueError("what is done afterwards is nobody's trouble but its own")

    with during_one(sharing, disk), at_once(calls(sharing, [waiting])):
        until(lambda: len(sharing._line) == 1, "the waiting one in the line")
        for each in later:
            sharing.later(each, done)
        disk.go.release()
        disk.go.release()
    assert told.acquire(timeout=WAIT_S) and told.acquire(timeout=WAIT_S)
    sharing.later(draft("after"), done)
    disk.go.release()
    assert told.acquire(timeout=WAIT_S) and seen == [None] * 3
    assert [len(call) for call in disk.calls] == [1, 3, 1]
    assert all(isinstance(each.outcome, Submission) for each in (waiting, *later))


def test_of_one_key_the_second_is_decided_after_the_first() -> None:
    disk, same = Disk(), [draft("same"), draft("same")]
    sharing = Sharing(disk)
    with during_one(sharing, disk), at_once(calls(sharing, same)):
        until(lambda: len(sharing._line) == 2, "both in the line")
        for _ in range(3):
            disk.go.release()
    assert [len(call) for call in disk.calls] == [1, 1, 1]


@pytest.mark.parametrize("error", [OSError("unexpected"), KeyboardInterrupt()])
def test_what_ends_an_accept_is_told_to_all_that_shared_it_and_the_next_goes_on(
    error: BaseException,
) -> None:
    disk, late = Disk(), [draft(f"late-{number}") for number in range(3)]
    sharing, told = Sharing(disk), list[BaseException | None]()
    with during_one(sharing, disk) as first, at_once(calls(sharing, late)) as errors:
        until(lambda: len(sharing._line) == len(late), "everybody in the line")
        sharing.later(draft("later"), told.append)
        disk.fails = error
        disk.go.release()
        disk.go.release()
    assert first == [error] and errors == [error] * len(late)
    until(lambda: told == [error], "the one for whom nobody waits is told")
    disk.fails = None
    disk.go.release()
    after = draft("after")
    sharing(after)
    assert isinstance(after.outcome, Submission)
