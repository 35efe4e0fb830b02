"""Large bodies in the real service: where they lie, and what they leave behind."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from support.attacking import line_to, web_process
from support.running import Service, until

from benchmarks.flood import wide_body

WEB_BYTES = 400 * 1024 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_large_body_lies_in_the_data_folder_for_our_eyes_only(
    make_service: Callable[..., Service],
) -> None:
    service = make_service("--engine", "inline").start()
    head = b"POST /ingest?name=a HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
    folder = Path(f"/proc/{web_process(service).pid}/fd")
    with line_to(service, head + b"Content-Length: 400001\r\n\r\n" + bytes(400_000)) as line:
        bodies = os.fspath(service.data / "run" / "bodies")

        def files() -> list[Path]:
            found = []
            for descriptor in folder.iterdir():
                with suppress(FileNotFoundError):  # It has been closed since it was listed.
                    if str(descriptor.readlink()).startswith(bodies):
                        found.append(descriptor)
            return found

        found = until(files, "the body's file")
        assert found[0].stat().st_mode & 0o777 == 0o600
        line.sendall(b"x")
        assert b" 202 " in line.recv(1000)
    assert not list((service.data / "run" / "bodies").iterdir())


@pytest.mark.slow
def test_bodies_that_are_refused_after_decoding_leave_no_memory_behind(
    make_service: Callable[..., Service],
) -> None:
    # The first job is pending for as long as the others come.
    service = make_service("--workers", "1").start(GRISTMILL_FAULTS="document.parse=hang")
    web, body = web_process(service), wide_body()
    for status in (202, *[409] * 4):
        answer = service.http.post(
            "/ingest", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == status
    assert web.memory_info().rss < WEB_BYTES // 2
