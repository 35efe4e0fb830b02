"""What a service says of itself: who did what, and never what was in it."""

import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.job_samples import NOON
from support.running import Service, text, until

from gristmill.schemas.access import ApiKey
from gristmill.storage.stores import Stores

MakeService = Callable[..., Service]
SECRET = "zanzibar"
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def told(service: Service) -> list[dict[str, Any]]:
    lines = service.log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def of(lines: list[dict[str, Any]], message: str) -> dict[str, Any]:
    (line,) = [each for each in lines if each["message"] == message]
    return line


@pytest.mark.slow
def test_a_verbose_json_log_follows_a_job_and_says_nothing_of_its_content(
    make_service: MakeService, tmp_path: Path
) -> None:
    token = Stores.open(tmp_path / "data").tokens.add(ApiKey("crawler", "", ("admin",), NOON))
    service = make_service("--workers", "1", "--log-format", "json", "-v").start()
    auth = {"Authorization": f"Bearer {token}", "X-Request-ID": "mine-1", "traceparent": PARENT}
    service.http.headers.update(auth)
    job_id = service.accepted(
        text(f"The mill of {SECRET} turns.", f"{SECRET}.txt"),
        text("", f"empty-{SECRET}.txt"),
        metadata={"word": SECRET},
        headers={"Idempotency-Key": f"key-{SECRET}"},
    )
    assert service.ended(job_id)["state"] == "partial"
    assert service.search(SECRET)
    assert service.http.get(f"/ingest?q={SECRET}").status_code == 200
    assert service.http.get(f"/{SECRET}").status_code == 404
    until(lambda: any(each["message"] == "job partial" for each in told(service)), "its last line")
    service.stop()

    lines = told(service)
    follows = {"job": job_id, "key": "crawler", "request_id": "mine-1", "traceparent": PARENT}
    queued, partial = of(lines, "job queued"), of(lines, "job partial")
    for line in (queued, partial):
        assert {name: line.get(name) for name in follows} == follows
    assert (partial["succeeded"], partial["failed"], partial["level"]) == (1, 1, "info")
    succeeded, failed = of(lines, "document succeeded"), of(lines, "document failed")
    assert (succeeded["job"], succeeded["document"]) == (job_id, 0)
    assert (failed["document"], failed["code"]) == (1, "empty")
    assert failed["worker"] == of(lines, "worker started")["worker"]
    (submitted,) = [each for each in lines if each.get("call") == "submit"]
    assert {name: submitted.get(name) for name in follows} == follows
    assert submitted["status"] == 202 and submitted["ms"] > 0
    assert of(lines, "the service has started")["workers"] == 1
    assert of(lines, "the service has stopped")["code"] == 0
    whole = service.log.read_text(encoding="utf-8")
    assert SECRET not in whole and token not in whole and token[-12:] not in whole


@pytest.mark.slow
def test_by_default_it_says_starts_stops_restarts_and_failures_and_no_more(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    assert service.ended(service.accepted(text("The mill turns.")))["state"] == "succeeded"
    failed = service.accepted(text(""))
    assert service.ended(failed)["state"] == "failed"
    (worker,) = service.workers()
    until(lambda: "job failed" in service.log.read_text(), "a line on the failure")
    os.kill(worker, signal.SIGKILL)
    until(lambda: "cause=" in service.log.read_text(), "a line on the death")
    service.stop()
    lines = service.log.read_text().splitlines()
    said = [re.sub(r"^\S+ \S+ [A-Z]+ gristmill[\w.]*: ", "", line) for line in lines]
    wanted = [
        r"workers .*",
        r"the service has started version=\S+ workers=1 web_processes=1",
        rf"job failed job={failed} collection=default failed=1 code=documents_failed took_s=\S+ "
        r"request_id=[0-9a-f]{16}",
        rf"worker {worker} was ended by signal 9.* with 0 tasks worker={worker} cause=idle",
        r"draining: .*",
        r"the service has stopped code=0",
    ]
    assert len(said) == len(wanted), said
    for line, pattern in zip(said, wanted, strict=True):
        assert re.fullmatch(pattern, line), line


@pytest.mark.slow
def test_a_quiet_one_says_nothing_while_nothing_is_wrong(make_service: MakeService) -> None:
    service = make_service("--workers", "1", "--log-level", "warning").start()
    service.ended(service.accepted(text("")))
    service.stop()
    assert service.log.read_text() == ""
