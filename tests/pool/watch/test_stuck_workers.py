"""A lease moves on when its worker is at no document and gives no sign of life."""

import os
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.board_glimpses import glimpse_on
from gristmill.pool.watch import limits
from gristmill.pool.watch.limits import NO_DOCUMENT, STUCK_S, LimitKeeper
from gristmill.pool.watch.roster import Roster
from gristmill.pool.worker.board import Board, Post
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Death, Loss


class _Desk:
    """LimitKeeper over one worker with a lease, and a clock of their own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.worker = WorkerId(os.getpid(), psutil.Process().create_time())
        queue = JobQueue(9, 300.0, on_started=lambda _: None, on_finished=lambda _: None)
        self.board = Board.create(folder / "board", 1)
        self.roster = Roster()
        self.post = Post(self.board, 0, self.worker)
        queue.enrol(self.worker)
        queue.offer(Offer("a", "key of a"))
        assert queue.lease(self.worker, [], 0)
        self._limits = LimitKeeper(queue, self.roster, 1 << 50)
        self.ended: list[WorkerId] = []

    def tick(self, seconds: float) -> list[WorkerId]:
        self.now += seconds
        glimpse = glimpse_on(self.board, 0, self.worker)
        assert glimpse is not None
        self._limits.tick([glimpse], self.ended.append)
        return self.ended


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Desk:
    return _Desk(tmp_path, monkeypatch)


def test_a_worker_without_a_sign_of_life_is_ended_and_no_document_blamed(desk: _Desk) -> None:
    assert not desk.tick(0.0) and not desk.tick(STUCK_S - 1)
    (worker,) = desk.tick(2.0)
    assert worker == desk.worker
    departure = desk.roster.depart(Loss(worker, Death.of_exit_code(-15), None))
    assert departure.sentence is not None
    assert (departure.sentence.failure, departure.sentence.ordinal) == (None, NO_DOCUMENT)


def test_a_worker_that_stores_for_long_lives_while_it_gives_signs_of_life(desk: _Desk) -> None:
    desk.tick(0.0)
    for _ in range(5):
        desk.post.beat()
        assert not desk.tick(STUCK_S - 1)
    assert desk.tick(STUCK_S + 1)
