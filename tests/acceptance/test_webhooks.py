"""Receivers are told of ends by a real service: at least once, whatever is killed meanwhile."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import psutil
import pytest
from standardwebhooks.webhooks import Webhook
from support.patience import WAIT_S
from support.receiving import Receiver, receiving
from support.running import Service, end, text, until

MakeService = Callable[..., Service]
# Who runs the jobs is nothing to those who are told of their ends.
INLINE = ("--engine", "inline")
FLAGS = (*INLINE, "--webhook-allow", "127.0.0.0/8", "--webhook-retry-s", "0.1")


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all that do not end it."""
    service = Service(tmp_path_factory.mktemp("mill") / "data", *FLAGS).start()
    yield service
    end(service)


def hooked(service: Service, collection: str, url: str) -> str:
    """Have a collection's ends told; its secret."""
    answer = service.http.put(f"/webhooks/{collection}", json={"url": url})
    assert answer.status_code == 200, answer.text
    secret: str = answer.json()["secret"]
    return secret


def told(service: Service, job_id: str, state: str) -> dict[str, Any]:
    """What the job says of its webhook, once that is in a state."""

    def look() -> dict[str, Any] | None:
        webhook: dict[str, Any] | None = service.job(job_id)["webhook"]
        return webhook if webhook and webhook["state"] == state else None

    found = until(look, f"a webhook that is {state}")
    assert found is not None
    return found


def came(receiver: Receiver, number: int = 1) -> None:
    until(lambda: len(receiver.received) >= number, f"message {number}")


def test_an_end_is_told_signed_and_seen_in_the_job(mill: Service) -> None:
    with receiving() as receiver:
        secret = hooked(mill, "rye", f"{receiver.url}?token=hidden")
        job_id = mill.accepted(text("Of rye."), collection="rye", metadata={"year": 2025})
        webhook = told(mill, job_id, "delivered")
    (message,) = receiver.received
    said = Webhook(secret).verify(message.body, message.headers)
    assert (said["type"], said["data"]["job_id"]) == ("job.succeeded", job_id)
    assert said["data"]["metadata"] == {"year": 2025} and said["data"]["counts"]["succeeded"] == 1
    assert message.headers["webhook-id"] == f"{job_id}-1"
    assert (webhook["url"], webhook["attempts"]) == (receiver.url, 1)
    assert (webhook["last"]["status"], webhook["next_at"]) == (204, None)
    shown = mill.http.get("/webhooks").text + mill.http.get(f"/ingest/{job_id}").text
    for hidden in (secret, secret.removeprefix("whsec_"), "token=hidden"):
        assert hidden not in shown + mill.log.read_text()


def test_a_receiver_that_fails_first_is_told_again_with_the_same_id(mill: Service) -> None:
    with receiving(500, 503, 204) as receiver:
        hooked(mill, "wheat", receiver.url)
        job_id = mill.accepted(text("Of wheat."), collection="wheat")
        webhook = told(mill, job_id, "delivered")
    assert webhook["attempts"] == 3
    assert {each.headers["webhook-id"] for each in receiver.received} == {f"{job_id}-1"}
    assert len({each.body for each in receiver.received}) == 1


def test_a_job_names_a_receiver_of_its_own_and_may_be_told_again(mill: Service) -> None:
    with receiving() as receiver, receiving() as own:
        hooked(mill, "oats", receiver.url)
        job_id = mill.accepted(text("Of oats."), collection="oats", webhook=own.url)
        told(mill, job_id, "delivered")
        answer = mill.http.post(f"/ingest/{job_id}/webhook")
        assert answer.status_code == 202, answer.text
        came(own, 2)
        assert told(mill, job_id, "delivered")["attempts"] == 1
        assert receiver.received == []
    assert len({each.headers["webhook-id"] for each in own.received}) == 1


def test_what_nobody_is_to_be_told_of_cannot_be_told_again(mill: Service) -> None:
    job_id = mill.accepted(text("Of nobody."), collection="nobody")
    assert mill.ended(job_id)["webhook"] is None
    answer = mill.http.post(f"/ingest/{job_id}/webhook")
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")


def test_a_redirect_is_no_delivery_and_410_is_the_end(mill: Service) -> None:
    def redirect(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "http://127.0.0.1:1/")
        request.send_header("Content-Length", "0")
        request.end_headers()

    with receiving(redirect, 410) as receiver:
        hooked(mill, "spelt", receiver.url)
        job_id = mill.accepted(text("Of spelt."), collection="spelt")
        webhook = told(mill, job_id, "failed")
    assert (webhook["attempts"], webhook["last"]["status"]) == (2, 410)


def test_a_slow_receiver_keeps_no_job_waiting(mill: Service) -> None:
    go = threading.Event()

    def slow(request: BaseHTTPRequestHandler) -> None:
        go.wait(WAIT_S)
        request.send_response(204)
        request.end_headers()

    with receiving(slow) as receiver:
        hooked(mill, "slow", receiver.url)
        jobs = [mill.accepted(text(f"Slow {n}."), collection="slow") for n in range(12)]
        came(receiver, 2)
        for job_id in jobs:
            assert mill.ended(job_id)["state"] == "succeeded"
        assert len(receiver.received) == 2
        go.set()
        came(receiver, 12)


def test_the_receiver_of_the_document_verifies_what_comes(mill: Service, tmp_path: Path) -> None:
    document = Path(__file__).parents[2] / "docs" / "webhooks.md"
    (code,) = re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    with receiving() as free:
        port = free.port
    secret = hooked(mill, "docs", f"http://127.0.0.1:{port}/")
    env = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
    receiver = subprocess.Popen(
        [sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        job_id = mill.accepted(text("Of the document."), collection="docs")
        assert told(mill, job_id, "delivered")
        assert receiver.stdout is not None
        assert receiver.stdout.readline().decode() == f"job.succeeded {job_id}\n"
    finally:
        receiver.kill()
        receiver.communicate()


@pytest.mark.slow
def test_what_may_not_be_called_is_refused(make_service: MakeService) -> None:
    service = make_service(*INLINE).start()
    for url in ("http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "ftp://a/"):
        answer = service.http.put("/webhooks/c", json={"url": url})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), url
    unsigned = service.submit(text("a"), webhook="https://example.com/")
    assert (unsigned.status_code, unsigned.json()["code"]) == (400, "unsupported_option")
    with receiving() as receiver:
        # A name is only looked up when it is called.
        hooked(service, "c", f"http://localhost:{receiver.port}/")
        job_id = service.accepted(text("Of nobody."), collection="c")
        webhook = until(lambda: service.ended(job_id)["webhook"], "an attempt")
        until(lambda: service.job(job_id)["webhook"]["attempts"], "an attempt")
        webhook = service.job(job_id)["webhook"]
        assert "no public address" in webhook["last"]["error"] and receiver.received == []
        assert webhook["state"] == "due" and webhook["next_at"] is not None


@pytest.mark.slow
def test_a_service_that_is_killed_between_attempts_goes_on_after_its_restart(
    make_service: MakeService,
) -> None:
    service = make_service(*FLAGS).start()
    with receiving(500, 500, 204) as receiver:
        hooked(service, "c", receiver.url)
        job_id = service.accepted(text("Once."), collection="c")
        came(receiver)
        service.kill()
        service.start()
        told(service, job_id, "delivered")
    assert {each.headers["webhook-id"] for each in receiver.received} == {f"{job_id}-1"}


@pytest.mark.slow
def test_an_end_is_told_that_was_about_to_be_written_when_the_service_was_killed(
    make_service: MakeService,
) -> None:
    service = make_service(*FLAGS)
    service.start(GRISTMILL_FAULTS="webhook.expected=kill")
    with receiving() as receiver:
        hooked(service, "c", receiver.url)
        job_id = service.accepted(text("Once."), collection="c")
        until(lambda: not psutil.pid_exists(service.pid) or _is_dead(service.pid), "its death")
        service.wait()
        assert receiver.received == []
        service.start()
        assert service.ended(job_id)["state"] == "succeeded"
        told(service, job_id, "delivered")
    (message,) = receiver.received
    assert json.loads(message.body)["data"]["state"] == "succeeded"


def _is_dead(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
