"""The status board, written and read through its file."""

from pathlib import Path

from gristmill.pool.worker.board import Board, Post
from gristmill.schemas.jobs.tasks import WorkerId

JOB = "018f0000-0000-7000-8000-000000000001"
WORKER = WorkerId(4711, 123.5)


def test_what_a_worker_posts_is_read_through_another_mapping(tmp_path: Path) -> None:
    board = Board.create(tmp_path / "board", 4)
    post = Post(Board(tmp_path / "board"), 2, WORKER)
    post.start(JOB, 17, 30.0)
    post.stage("parse")
    slot = board.read(2)
    assert slot is not None
    assert (slot.worker, slot.job_id, slot.ordinal) == (WORKER, JOB, 17)
    assert (slot.timeout_s, slot.stage) == (30.0, "parse")
    post.done(1000)
    slot = board.read(2)
    assert slot is not None
    assert (slot.job_id, slot.documents, slot.bytes) == (None, 1, 1000)
    assert board.read(1) is board.read(3) is None


def test_what_is_planned_or_given_back_is_no_document(tmp_path: Path) -> None:
    board = Board.create(tmp_path / "board", 1)
    post = Post(board, 0, WORKER)
    post.start(JOB, 0, 1.0)
    post.over()
    slot = board.read(0)
    assert slot is not None
    assert (slot.job_id, slot.documents) == (None, 0)


def test_a_sign_of_life_counts_between_documents_only(tmp_path: Path) -> None:
    board = Board.create(tmp_path / "board", 1)
    post = Post(board, 0, WORKER)

    def shown() -> tuple[str | None, float]:
        slot = board.read(0)
        assert slot is not None
        return slot.job_id, slot.started

    post.start(JOB, 0, 1.0)
    _, started = shown()
    post.beat()
    assert shown() == (JOB, started)
    post.done(0)
    post.beat()
    job_id, beat = shown()
    assert job_id is None and beat > started


def test_a_request_to_cancel_survives_the_workers_own_writes(tmp_path: Path) -> None:
    board = Board.create(tmp_path / "board", 1)
    post = Post(board, 0, WORKER)
    post.start(JOB, 0, 1.0)
    board.ask_to_cancel(0, JOB)
    post.stage("chunk")
    assert post.cancelled(JOB)
    assert not post.cancelled(JOB.replace("1", "2"))


def test_a_request_to_cancel_is_taken_back_for_its_job_alone(tmp_path: Path) -> None:
    board, other = Board.create(tmp_path / "board", 1), JOB.replace("1", "2")
    post = Post(board, 0, WORKER)
    board.ask_to_cancel(0, JOB)
    board.forget_cancel(0, other)
    assert post.cancelled(JOB)
    board.forget_cancel(0, JOB)
    assert not post.cancelled(JOB)


def test_a_cleared_slot_is_free(tmp_path: Path) -> None:
    board = Board.create(tmp_path / "board", 1)
    Post(board, 0, WORKER).start(JOB, 0, 1.0)
    board.clear(0)
    assert board.read(0) is None


def test_the_board_of_a_dead_supervisor_is_replaced(tmp_path: Path) -> None:
    old = Board.create(tmp_path / "board", 1)
    new = Board.create(tmp_path / "board", 2)
    Post(old, 0, WORKER).start(JOB, 0, 1.0)
    assert new.read(0) is None
