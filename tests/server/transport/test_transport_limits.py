"""What one client takes is not taken from the others."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.http_app import MakeApp
from support.patience import WAIT_S
from support.running import until
from support.served import Web, running

from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.problems.errors import StorageFull
from gristmill.server.transport import body_room, channel
from gristmill.server.transport.body_room import COPIES, BodyRoom, bodies_folder
from gristmill.storage.disk.free import LEAST_FILES, Free
from gristmill.storage.layout import DataFolder

Disk = dict[str, Free]
JSON_HEAD = b"POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
FILE_HEAD = b"POST /ingest?name=a HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"


@contextmanager
def connected(web: Web) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", web.port), timeout=WAIT_S) as line:
        yield line


def answer(web: Web, *pieces: bytes) -> tuple[int, str, Any]:
    """Status, headers and problem of what is answered before the connection ends."""
    with connected(web) as line:
        for piece in pieces:
            line.sendall(piece)
        received = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), json.loads(body)


def get(web: Web, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{web.port}{path}", timeout=WAIT_S, verify=False)


# -- time and connections ---------------------------------------------------------------------


def test_a_head_that_does_not_come_is_told_so(make_service: MakeApp) -> None:
    with running(make_service, head_timeout_s=0.1) as web:
        status, head, problem = answer(web, b"GET / HT")
    assert (status, problem["code"]) == (408, "request_timeout") and "Connection: close" in head


def test_a_byte_now_and_then_does_not_keep_a_head_alive(make_service: MakeApp) -> None:
    with running(make_service, head_timeout_s=0.3) as web, connected(web) as line:
        line.settimeout(0.05)
        received = b""
        for _ in range(400):
            try:
                line.sendall(b"x")
                received += line.recv(1000)
            except TimeoutError:
                continue
            except OSError:
                break
            if received:
                break
        assert b" 408 " in received


def test_a_body_that_does_not_come_is_told_so_and_one_that_comes_fast_enough_is_read(
    make_service: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "STALLED_S", 0.3)
    with running(make_service, min_bytes_per_s=1000) as web:
        head = FILE_HEAD + b"Content-Length: 100000\r\n\r\n"
        assert answer(web, head + b"x")[0] == 408
        with connected(web) as line:
            line.sendall(head + bytes(50_000))  # room for 50 s
            assert answer(web, head + b"x")[0] == 408
            line.sendall(bytes(50_000))
            assert b" 202 " in line.recv(1000)


def test_a_new_client_always_gets_in(make_service: MakeApp) -> None:
    with running(make_service, max_connections=10) as web:
        lines = []
        try:
            for _ in range(40):
                lines.append(socket.create_connection(("127.0.0.1", web.port), timeout=WAIT_S))
                lines[-1].sendall(b"GET / HT")
                assert get(web, "/healthz").status_code == 200
            # The oldest went.
            assert lines[0].recv(1) == b""
        finally:
            for line in lines:
                line.close()


@pytest.mark.slow
@pytest.mark.parametrize("held", [b"GET / HT", FILE_HEAD + b"Content-Length: 9000\r\n\r\nx"])
def test_a_crowd_that_comes_again_and_again_keeps_nobody_out_who_came_just_now(
    make_service: MakeApp, held: bytes
) -> None:
    with running(make_service, max_connections=10) as web, ExitStack() as lines:
        for _ in range(10):
            lines.enter_context(connected(web)).sendall(held)
        assert get(web, "/healthz").status_code == 200
        for _ in range(20):
            with connected(web) as line:
                for _ in range(5):
                    lines.enter_context(connected(web)).sendall(held)
                assert get(web, "/healthz").status_code == 200
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                assert b" 200 " in line.recv(1000)


def test_a_request_that_is_worked_on_is_not_ended_for_a_new_client(make_service: MakeApp) -> None:
    with running(make_service, max_connections=10) as web, connected(web) as poll:
        body = {"sources": [{"type": "text", "text": "t"}]}
        job = httpx.post(f"http://127.0.0.1:{web.port}/ingest", json=body, verify=False).json()[
            "job_id"
        ]
        poll.sendall(b"GET /ingest/%s?wait=25 HTTP/1.1\r\nHost: x\r\n\r\n" % job.encode())
        assert web.stopping.waited_for.wait(WAIT_S)
        for _ in range(20):
            with connected(web) as line:
                line.sendall(b"GET / HT")
        web.service.client.end(job)
        assert b" 200 " in poll.recv(1000)


# -- threads ----------------------------------------------------------------------------------


def test_probes_are_answered_while_every_thread_is_taken(
    make_service: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(make_service, web_threads=2) as web:
        came, go = threading.Semaphore(0), threading.Event()

        def flush_index(_: float, words: bool = False) -> None:
            came.release()
            assert go.wait(WAIT_S)

        monkeypatch.setattr(web.service.client, "flush_index", flush_index)
        lists = [
            socket.create_connection(("127.0.0.1", web.port), timeout=WAIT_S) for _ in range(4)
        ]
        try:
            for line in lists:
                line.sendall(b"GET /ingest HTTP/1.1\r\nHost: x\r\n\r\n")
            assert came.acquire(timeout=WAIT_S) and came.acquire(timeout=WAIT_S)
            for _ in range(5):
                assert get(web, "/healthz").json() == {"status": "ok"}
                assert get(web, "/readyz").json()["status"] == "ready"
                assert httpx.head(f"http://127.0.0.1:{web.port}/readyz").status_code == 200
            # Searches and exports have threads of their own.
            assert get(web, "/search?q=word").status_code == 200
            assert get(web, "/export").status_code == 200
            go.set()
            assert all(b" 200 " in line.recv(1000) for line in lists)
        finally:
            go.set()
            for line in lists:
                line.close()


def test_a_probe_with_a_parameter_is_refused_as_ever(make_service: MakeApp) -> None:
    with running(make_service) as web:
        assert get(web, "/healthz?x=1").json()["code"] == "unknown_parameter"
        assert get(web, "/readyz?x=1").json()["code"] == "unknown_parameter"


def test_a_look_at_readiness_is_not_older_than_its_question(make_service: MakeApp) -> None:
    with running(make_service) as web:
        assert get(web, "/readyz").status_code == 200
        web.service.client.draining = True
        assert get(web, "/readyz").json()["code"] == "draining"
        web.service.client.draining = False
        assert get(web, "/readyz").status_code == 200


# -- memory -----------------------------------------------------------------------------------


def test_json_that_would_take_more_memory_than_there_is_is_refused_before_it_is_sent(
    make_service: MakeApp,
) -> None:
    with running(make_service, max_body_bytes=MIB, decoding_mb=1) as web:
        head = b"Content-Length: %d\r\n\r\n" % (MIB // 5 + 1)
        status, _, problem = answer(web, JSON_HEAD + head)
        assert (status, problem["code"]) == (413, "body_too_large")
        # What is not decoded flows through.
        with connected(web) as line:
            line.sendall(FILE_HEAD + head + bytes(MIB // 5 + 1))
            assert b" 202 " in line.recv(1000)


def test_chunked_json_is_refused_where_it_passes_what_there_is(make_service: MakeApp) -> None:
    with running(make_service, max_body_bytes=MIB, decoding_mb=1) as web:
        head = JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        assert answer(web, head, b"10000\r\n" + bytes(0x10000) + b"\r\n40000\r\n")[0] == 413


@pytest.mark.parametrize("path", ["/ingest", "/ingest/batch"])
def test_json_beside_other_json_waits_for_its_turn(make_service: MakeApp, path: str) -> None:
    body = json.dumps({"sources": [{"type": "text", "text": "words"}]}).encode()
    kind = "application/json" if path == "/ingest" else "application/x-ndjson"
    with running(make_service, decoding_mb=256) as web:
        url, headers = f"http://127.0.0.1:{web.port}{path}", {"Content-Type": kind}
        assert web.terms.memory.take(256 * MIB)
        refused = httpx.post(url, content=body, headers=headers, verify=False)
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["Retry-After"] and not web.service.client.offered
        # A large one is not even read.
        head = JSON_HEAD + b"Content-Length: 150000\r\n\r\n"
        assert answer(web, head)[2]["code"] == "busy"
        web.terms.memory.give(256 * MIB)
        for _ in range(3):
            assert httpx.post(url, content=body, headers=headers, verify=False).status_code != 503
        until(lambda: web.terms.memory.fits(256 * MIB), "giving back what was taken")


# -- the disk ---------------------------------------------------------------------------------


def test_a_body_that_has_no_room_is_refused_before_it_is_sent(make_service: MakeApp) -> None:
    with running(make_service, min_free_disk_mb=10**9) as web:
        status, head, problem = answer(web, FILE_HEAD + b"Content-Length: 100000\r\n\r\n")
        assert (status, problem["code"]) == (503, "storage_full") and "Retry-After" in head
        chunked = FILE_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        chunk = b"20000\r\n" + bytes(0x20000) + b"\r\n"
        assert answer(web, chunked, chunk)[2]["code"] == "storage_full"


def test_a_disk_that_cannot_keep_a_body_is_a_problem_and_the_next_one_is_served(
    make_service: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")
    with running(make_service) as web:
        head = FILE_HEAD + b"Content-Length: 100000\r\n\r\n"
        assert answer(web, head, bytes(100_000))[2]["code"] == "storage_failed"
        assert get(web, "/healthz").status_code == 200


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk that says what a test says."""
    said = {"free": Free(100 * MIB, None)}
    monkeypatch.setattr(body_room, "free_on", lambda _: said["free"])
    return said


def test_promises_of_room_add_up_until_they_end(disk: Disk, tmp_path: Path) -> None:
    room = BodyRoom(tmp_path, Settings(min_free_disk_mb=20))
    first = room.promise(20 * MIB)
    second = room.promise(20 * MIB)
    with pytest.raises(StorageFull):
        room.promise(MIB)
    second.end()
    second.end()
    room.promise(20 * MIB)
    # What has come is on the disk already.
    first.written(20 * MIB)
    disk["free"] = Free(80 * MIB, None)
    with pytest.raises(StorageFull):
        room.promise(MIB)
    first.end()
    assert COPIES == 2
    room.promise(10 * MIB)


def test_a_share_of_the_room_is_each_web_process(disk: Disk, tmp_path: Path) -> None:
    room = BodyRoom(tmp_path, Settings(min_free_disk_mb=20, web_processes=4))
    with pytest.raises(StorageFull):
        room.promise(11 * MIB)
    room.promise(10 * MIB)


def test_a_disk_without_room_for_files_is_full(disk: Disk, tmp_path: Path) -> None:
    room = BodyRoom(tmp_path, Settings(min_free_disk_mb=20))
    disk["free"] = Free(100 * MIB, LEAST_FILES - 1)
    with pytest.raises(StorageFull, match="files"):
        room.promise(1)
    disk["free"] = Free(100 * MIB, LEAST_FILES)
    room.promise(1)


def test_the_folder_of_bodies_is_ours_alone_and_empty_at_the_start(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path / "data")
    (bodies_folder(folder) / "left").touch()
    place = bodies_folder(folder)
    assert not list(place.iterdir()) and place.stat().st_mode & 0o777 == 0o700
    assert place.is_relative_to(folder.root)
