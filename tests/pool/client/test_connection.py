"""Calls to a served queue: each ends by its deadline, and none gets another's answer."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, deliver_challenge
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.job_samples import queued
from support.patience import WAIT_S, patient
from support.queue_server import a_queue, serving_process

from gristmill.pool.client.connection import DEADLINE_S, PoolClient, SupervisorInfo
from gristmill.pool.serving.served import served
from gristmill.schemas.jobs.offers import Offer, OfferResult, Verdict
from gristmill.schemas.jobs.tasks import Report, WorkerId
from gristmill.schemas.problems.errors import (
    DuplicateJob,
    IllegalTransition,
    JobNotFound,
    SupervisorAway,
)
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.stores import Stores

SHORT_S = 0.15
SLACK_S = patient(5.0)
ANN = WorkerId(1, 1.0)


class Desk:
    """Stands in for the Control: answers as told, and says which thread it was asked in."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.open = threading.Event()
        self.answered: list[int] = []

    def cancel(self, job_id: str) -> bool:
        if self.error is not None:
            raise self.error
        return False

    def join(self, worker: WorkerId) -> int:
        """Worker 1 waits until the desk opens; each gets its own number back."""
        if worker.pid == 1:
            self.open.wait(WAIT_S)
        self.answered.append(worker.pid)
        return worker.pid


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def desk(folder: DataFolder) -> Iterator[Desk]:
    """A queue served in this very process, with the desk beside it."""
    desk = Desk()
    with served(folder, a_queue(depth=2), desk):
        yield desk
        desk.open.set()


@contextmanager
def listening(folder: DataFolder, backlog: int = 8) -> Iterator[socket.socket]:
    """Somebody who listens where the supervisor should, and never speaks first."""
    with socket.socket(socket.AF_UNIX) as listener:
        address = str(folder.run / "socket")
        listener.bind(address)
        listener.listen(backlog)
        folder.authkey.write_text("00" * 32)
        info = SupervisorInfo(1, datetime.now(UTC), "0", address, "queue", "control")
        folder.supervisor_info.write_bytes(msgspec.json.encode(info))
        yield listener


@contextmanager
def within_the_deadline() -> Iterator[None]:
    """The body ends with SupervisorAway, and not much later than a short deadline."""
    started = time.monotonic()
    with pytest.raises(SupervisorAway, match="gristmill serve"):
        yield
    assert time.monotonic() - started < SLACK_S


def _line_of(client: PoolClient) -> int:
    """The identity of this thread's connection."""
    assert client._line.wire is not None
    return os.fstat(client._line.wire.fileno()).st_ino


def test_offers_leases_and_reports_go_through(folder: DataFolder, desk: Desk) -> None:
    client = PoolClient(Stores(folder))
    assert client.alive()
    offers = [Offer(f"job {n}", f"key {min(n, 2)}") for n in range(4)]
    verdicts = client.offer_many([offers[0], offers[0], offers[1], offers[2]])
    assert verdicts == [
        OfferResult(Verdict.ACCEPTED),
        OfferResult(Verdict.DUPLICATE, "job 0"),
        OfferResult(Verdict.ACCEPTED),
        OfferResult(Verdict.FULL),
    ]
    assert client.lease(ANN, [], 0) is None
    client.leave(ANN, [Report(1)])
    assert client.wait_for_idle(0) is False
    stats = client.stats()
    assert (stats.waiting, stats.depth, stats.rejected) == (2, 2, 1)


def test_who_supervises_is_said_while_it_serves(folder: DataFolder) -> None:
    client = PoolClient(Stores(folder))
    assert client.info() is None
    with served(folder, a_queue(), Desk()):
        info = client.info()
        assert info is not None and info.pid == os.getpid()
        assert folder.authkey.stat().st_mode & 0o777 == 0o600
    assert client.info() is None


def test_without_a_supervisor_every_call_says_so_at_once(folder: DataFolder) -> None:
    client = PoolClient(Stores(folder))
    assert not client.alive()
    with within_the_deadline():
        client.offer_many([Offer("a", "k")])
    with within_the_deadline():
        client.ensure()
    folder.supervisor_info.write_bytes(b"{")
    assert not client.alive()


def test_a_listener_that_never_speaks_is_given_up(folder: DataFolder) -> None:
    with listening(folder), within_the_deadline():
        PoolClient(Stores(folder), SHORT_S).stats()


def test_a_listener_whose_backlog_is_full_is_given_up(folder: DataFolder) -> None:
    with listening(folder, backlog=0), ExitStack() as stack:
        for _ in range(2):
            filler = stack.enter_context(socket.socket(socket.AF_UNIX))
            filler.setblocking(False)
            try:
                filler.connect(str(folder.run / "socket"))
            except BlockingIOError:
                break
        with within_the_deadline():
            PoolClient(Stores(folder), SHORT_S).stats()


@pytest.mark.parametrize("spoken", [b"", b"\x00", b"\x00\x00\x00\x20half"])
def test_a_server_that_falls_silent_in_the_middle_of_a_message_is_given_up(
    folder: DataFolder, spoken: bytes
) -> None:
    with listening(folder) as listener, ExitStack() as stack:

        def speak() -> None:
            line, _ = listener.accept()
            stack.callback(line.close)
            line.sendall(spoken)

        threading.Thread(target=speak).start()
        with within_the_deadline():
            PoolClient(Stores(folder), SHORT_S).stats()


def test_a_server_that_falls_silent_after_its_challenge_is_given_up(folder: DataFolder) -> None:
    done = threading.Event()
    with listening(folder) as listener:

        def challenge() -> None:
            line: Any = Connection(listener.accept()[0].detach())
            deliver_challenge(line, bytes(32))
            done.wait(WAIT_S)
            line.close()

        thread = threading.Thread(target=challenge)
        thread.start()
        with within_the_deadline():
            PoolClient(Stores(folder), SHORT_S).stats()
        done.set()
        thread.join()


def test_a_stopped_supervisor_is_away_and_back_when_it_goes_on(folder: DataFolder) -> None:
    client = PoolClient(Stores(folder))
    with serving_process(folder) as server:
        assert client.offer_many([Offer("a", "k")])[0].verdict is Verdict.ACCEPTED
        server.send_signal(signal.SIGSTOP)
        os.waitpid(server.pid, os.WUNTRACED)
        client._deadline_s = SHORT_S
        with within_the_deadline():
            client.offer_many([Offer("b", "k")])
        assert not client.alive()
        server.send_signal(signal.SIGCONT)
        client._deadline_s = DEADLINE_S
        assert client.offer_many([Offer("c", "k")])[0] == (Verdict.DUPLICATE, "a")


def test_a_late_answer_is_not_taken_for_the_next_calls(folder: DataFolder, desk: Desk) -> None:
    client = PoolClient(Stores(folder))
    client.ensure()
    client._deadline_s = SHORT_S
    with within_the_deadline():
        client.join(WorkerId(1, 0.0))
    client._deadline_s = DEADLINE_S
    desk.open.set()
    assert [client.join(WorkerId(number, 0.0)) for number in (2, 3)] == [2, 3]


def test_a_wrong_key_is_no_supervisor_of_ours(folder: DataFolder, desk: Desk) -> None:
    right = folder.authkey.read_text()
    for wrong in ("00" * 32, "", "no hex"):
        folder.authkey.write_text(wrong)
        with within_the_deadline():
            PoolClient(Stores(folder)).stats()
    folder.authkey.unlink()
    with within_the_deadline():
        PoolClient(Stores(folder)).stats()
    folder.authkey.write_text(right)
    assert PoolClient(Stores(folder)).alive()


def test_an_impostor_who_does_not_know_the_key_is_told_nothing(folder: DataFolder) -> None:
    heard: list[str] = []

    def pose() -> None:
        line: Any = Connection(listener.accept()[0].detach())
        try:
            deliver_challenge(line, b"another key")
        except AuthenticationError:
            heard.append("refused")
        line.close()

    with listening(folder) as listener:
        thread = threading.Thread(target=pose)
        thread.start()
        with within_the_deadline():
            PoolClient(Stores(folder)).offer_many([Offer("a", "k")])
        thread.join()
    assert heard == ["refused"]


def test_a_restart_is_picked_up(folder: DataFolder) -> None:
    client = PoolClient(Stores(folder))
    for depth in (7, 8):
        with serving_process(folder, depth) as server:
            assert client.stats().depth == depth
            server.kill()
            server.wait()
            with within_the_deadline():
                client.stats()


def test_a_restart_between_two_calls_goes_unnoticed(folder: DataFolder) -> None:
    client = PoolClient(Stores(folder))
    for depth in (7, 8):
        with serving_process(folder, depth):
            assert client.stats().depth == depth


def test_two_threads_have_two_lines_and_one_thread_keeps_its_own(
    folder: DataFolder, desk: Desk
) -> None:
    client = PoolClient(Stores(folder))
    lines: list[int] = []

    def call_twice() -> None:
        for _ in range(2):
            client.stats()
            lines.append(_line_of(client))

    call_twice()
    thread = threading.Thread(target=call_twice)
    thread.start()
    thread.join()
    assert lines[0] == lines[1] != lines[2] == lines[3]


def test_a_slow_call_of_one_thread_holds_up_no_other(folder: DataFolder, desk: Desk) -> None:
    client = PoolClient(Stores(folder))
    slow = threading.Thread(target=client.join, args=(WorkerId(1, 0.0),))
    slow.start()
    assert client.join(WorkerId(2, 0.0)) == 2
    desk.open.set()
    slow.join()
    assert desk.answered == [2, 1]


def test_a_forked_process_never_speaks_on_its_parents_line(folder: DataFolder, desk: Desk) -> None:
    script = (
        "import os, sys; from gristmill.pool.client import PoolClient\n"
        "from gristmill.storage.stores import Stores\n"
        "client = PoolClient(Stores.at(sys.argv[1])); client.ensure()\n"
        "line = lambda: os.fstat(client._line.wire.fileno()).st_ino\n"
        "before = line(); child = os.fork(); client.stats(); same = line() == before\n"
        "if child == 0: os._exit(int(same))\n"
        "assert same and os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0\n"
    )
    command = [sys.executable, "-c", script, str(folder.root)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=WAIT_S)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "error",
    [IllegalTransition("not now"), JobNotFound("who?"), DuplicateJob("again", job_id="a")],
    ids=lambda error: error.code,
)
def test_an_error_of_ours_arrives_as_it_was_raised(
    folder: DataFolder, desk: Desk, error: DuplicateJob
) -> None:
    desk.error = error
    client = PoolClient(Stores(folder))
    with pytest.raises(type(error)) as caught:
        client.cancel("a")
    assert (caught.value.message, caught.value.extra) == (error.message, error.extra)
    assert client.alive()


def test_cancelling_what_is_not_pending_names_its_state(folder: DataFolder, desk: Desk) -> None:
    client = PoolClient(Stores(folder))
    with pytest.raises(JobNotFound):
        client.cancel(queued().job_id)
    job = queued()
    Manifests(folder).create(job)
    with pytest.raises(IllegalTransition, match="queued"):
        client.cancel(job.job_id)


def test_flushing_the_index_never_raises_without_a_supervisor(folder: DataFolder) -> None:
    client = PoolClient(Stores(folder), SHORT_S)
    client.flush_index(0)
    client.announce(["a"])
    client.tell_deleted([("a", "default")])


def test_hanging_up_twice_is_harmless_and_the_next_call_dials_again(
    folder: DataFolder, desk: Desk
) -> None:
    client = PoolClient(Stores(folder))
    client.ensure()
    client.close()
    client.close()
    assert client.alive()
