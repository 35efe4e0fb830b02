"""What an operator does: drain, stop twice, purge, look at readiness."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from support.attacking import line_to
from support.running import Service, ask, path, run, text, until

MakeService = Callable[..., Service]


def _stuck(make_service: MakeService, tmp_path: Path, *flags: str) -> tuple[Service, str]:
    """A service whose one worker is stuck in a document."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "slow.txt").write_text("Slow.")
    marker = tmp_path / "once"
    service = make_service("--workers", "1", "--allow-root", str(tmp_path), *flags)
    service.start(GRISTMILL_FAULTS=f"document.parse:slow.txt=hang#{marker}")
    job_id = service.accepted(path(folder))
    until(marker.exists, "the slow document")
    return service, job_id


@pytest.mark.slow
def test_drain_is_a_command_that_waits_for_the_end(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    service.accepted(text("Before."))
    code, out, err = run("drain", "--wait", data=service.data)
    assert (code, out.strip()) == (0, "drained"), err
    assert service.wait() == 0
    code, _, err = run("drain", data=service.data)
    assert code == 4 and "no supervisor answers" in err


@pytest.mark.slow
def test_past_its_grace_a_drain_ends_the_worker_and_holds_nothing_against_the_document(
    make_service: MakeService, tmp_path: Path
) -> None:
    service, job_id = _stuck(make_service, tmp_path, "--drain-grace-s", "0.2")
    assert service.stop() == 0
    service.start()
    assert service.ended(job_id)["state"] == "succeeded"
    assert [row["attempts"] for row in service.ledger(job_id)] == [1]


def test_while_it_drains_it_answers_reads_refuses_submissions_and_ends_at_a_second_signal(
    make_service: MakeService, tmp_path: Path
) -> None:
    service, job_id = _stuck(make_service, tmp_path, "--drain-grace-s", "600")
    service.signal(signal.SIGTERM)
    until(lambda: service.http.get("/readyz").json().get("code") == "draining", "the drain")
    refused = service.submit(text("Too late."))
    assert (refused.status_code, refused.json()["code"]) == (503, "draining")
    until(lambda: service.job(job_id)["state"] == "running", "a read during the drain")
    assert not [p for p in (service.data / "jobs" / "pending").iterdir() if job_id not in p.name]
    service.signal(signal.SIGINT)
    assert service.wait() == 0
    service.start()
    job = service.ended(job_id)
    assert [moment["state"] for moment in job["history"]] == ["queued", "running", "succeeded"]


@pytest.mark.slow
def test_purge_drops_what_ended_and_keeps_the_documents(make_service: MakeService) -> None:
    service = make_service("--engine", "inline").start()
    job_id = service.accepted(text("Keep my text.", "kept"))
    service.ended(job_id)
    service.http.get("/ingest")  # the index has caught up
    code, out, _ = run("purge", "--older-than", "0s", data=service.data)
    assert (code, out.strip()) == (0, "dropped 1 job")
    assert service.http.get(f"/ingest/{job_id}").status_code == 404
    assert service.http.get("/ingest").json()["items"] == []
    assert [hit["uri"] for hit in service.search("keep")] == ["kept"]
    code, _, err = ask("purge", "--older-than", "soon", data=service.data)
    assert code == 2 and "30d" in err


@pytest.mark.slow
def test_a_long_poll_is_answered_when_the_service_ends(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start(GRISTMILL_FAULTS="life.boot=stop")
    job_id = service.accepted(text("Waiting."))
    question = b"GET /ingest/%s?wait=30 HTTP/1.1\r\nHost: localhost\r\n\r\n" % job_id.encode()
    with line_to(service, question) as poll:
        # It is answered in a later turn of the loop that reads the poll.
        assert service.http.get("/healthz").status_code == 200
        assert service.stop() == 0
        assert poll.recv(1000).startswith(b"HTTP/1.1 202 ")
