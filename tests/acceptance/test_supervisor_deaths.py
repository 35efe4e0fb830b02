"""Kill the supervisor or a web process at any point: everything accepted ends, once."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from support.patience import WAIT_S
from support.running import Service, at_work, text, until
from support.selection import rest_slow

MakeService = Callable[..., Service]


def _check_all_ended_once(service: Service, ids: list[str]) -> None:
    """Each job has one terminal state in its history, nothing is pending, nothing is double."""
    for job_id in ids:
        job = service.ended(job_id)
        states = [moment["state"] for moment in job["history"]]
        assert states == ["queued", "running", "succeeded"], job
    pending = service.data / "jobs" / "pending"
    until(lambda: not list(pending.iterdir()), "an empty pending folder")
    documents = service.all("/documents")
    assert len({d["uri"] for d in documents}) == len(documents)


def test_a_killed_supervisor_loses_nothing_though_killed_twice_in_a_row(
    make_service: MakeService, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.txt").write_text(f"Sack {number}. " * 200)
    service = make_service("--workers", "2", "--allow-root", str(tmp_path)).start()
    big = service.accepted({"type": "path", "path": str(folder)})
    small = [service.accepted(text(f"Text {n}.", f"text {n}")) for n in range(20)]
    for _ in range(2):
        until(lambda: service.job(big)["state"] != "queued", "the big job's start")
        orphans = service.family()
        service.kill()
        service.start()
        until(lambda: not [p for p in orphans if at_work(p)], "the end of all orphans")  # noqa: B023
    _check_all_ended_once(service, [big, *small])
    assert service.job(big)["counts"]["succeeded"] == 300
    assert len(service.all("/documents")) == 320
    assert {row["state"] for row in service.ledger(big)} == {"succeeded"}


@pytest.mark.parametrize(
    "faults",
    rest_slow(
        # Only a job that takes a while is written as running.
        "settle.before_running=kill; document.parse=stop",
        "settle.before_terminal=kill@3!",
        "settle.before_sync=kill@1!",
        "settle.before_seal=kill@1!",
        "settle.after_terminal=kill@1!",
        "settle.before_unlink=kill@3!",
    ),
)
def test_the_supervisor_may_die_while_it_settles(make_service: MakeService, faults: str) -> None:
    service = make_service("--workers", "1")
    service.start(GRISTMILL_FAULTS=faults)
    ids: list[str] = []
    with contextlib.suppress(httpx.TransportError, AssertionError):
        ids.extend(service.accepted(text(f"Text {n}.", f"text {n}")) for n in range(10))
    assert service.wait() == -signal.SIGKILL
    service.start()
    _check_all_ended_once(service, ids)


@pytest.mark.parametrize(
    "point",
    rest_slow(
        *("accept.before_manifest", "accept.before_record"),
        *("accept.before_offer", "accept.after_offer"),
    ),
)
def test_a_web_process_may_die_while_it_accepts(
    make_service: MakeService, tmp_path: Path, point: str
) -> None:
    service = make_service(
        "--workers", "1", env={"GRISTMILL_FAULTS": f"{point}=kill#{tmp_path / 'once'}"}
    ).start()
    source, headers = text("Perhaps accepted.", "perhaps"), {"Idempotency-Key": "mine"}
    with pytest.raises(httpx.TransportError):
        service.submit(source, headers=headers)
    # The client does what clients do: it asks again with the same key.
    answer = until(lambda: _answer(service, source, headers), "a new web process")
    assert answer is not None
    job_id = answer.json()["job_id"]
    assert answer.status_code in (200, 202, 409), answer.text
    _check_all_ended_once(service, [job_id])
    assert [job["job_id"] for job in service.all("/ingest")] == [job_id]
    assert len(service.all("/documents")) == 1


def _answer(
    service: Service, source: dict[str, Any], headers: dict[str, str]
) -> httpx.Response | None:
    try:
        return service.submit(source, headers=headers)
    except httpx.TransportError:
        return None


@pytest.mark.slow
def test_an_accepted_job_whose_client_never_comes_back_is_run(
    make_service: MakeService, tmp_path: Path
) -> None:
    service = make_service(
        "--workers", "1", env={"GRISTMILL_FAULTS": f"accept.before_offer=kill#{tmp_path / 'once'}"}
    ).start()
    with pytest.raises(httpx.TransportError):
        service.submit(text("Orphan.", "orphan"))
    until(lambda: _listed(service, "succeeded"), "the orphan's end")


def _listed(service: Service, state: str) -> list[Any]:
    try:
        items: list[Any] = service.http.get("/ingest", params={"state": state}).json()["items"]
    except httpx.TransportError:
        return []
    return items


@pytest.mark.slow
def test_without_its_supervisor_a_web_process_answers_reads_and_503(
    make_service: MakeService,
) -> None:
    data = make_service().data
    supervisor = make_service("--workers", "1", data=data, command="supervise").start()
    web = make_service(data=data, command="web").start()
    job_id = web.accepted(text("Before.", "before"))
    web.ended(job_id)
    supervisor.kill()
    assert web.job(job_id)["state"] == "succeeded"
    assert web.search("before")
    for _ in range(3):
        refused = web.submit(text("Meanwhile.", "meanwhile"))
        assert (refused.status_code, refused.json()["code"]) == (503, "supervisor_away")
        assert int(refused.headers["Retry-After"]) > 0
    assert web.http.get("/readyz").status_code == 503
    assert web.http.get("/healthz").status_code == 200
    supervisor.start()
    assert web.ended(web.accepted(text("Meanwhile.", "meanwhile")))["state"] == "succeeded"


@pytest.mark.slow
def test_a_drain_ends_what_runs_and_keeps_what_waits(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    ids = [service.accepted(text(f"Text {n}.", f"text {n}")) for n in range(50)]
    family = service.family()
    assert service.stop() == 0
    until(lambda: not any(map(at_work, family)), "the end of the whole family")
    service.start()
    _check_all_ended_once(service, ids)


@pytest.mark.slow
def test_a_signal_to_the_whole_group_is_a_clean_drain_too(make_service: MakeService) -> None:
    service = make_service("--workers", "2").start()
    ids = [service.accepted(text(f"Text {n}.", f"text {n}")) for n in range(50)]
    for process in (*service.family(), psutil.Process(service.pid)):
        process.send_signal(signal.SIGTERM)
    assert service.wait() == 0
    service.start()
    _check_all_ended_once(service, ids)


@pytest.mark.slow
def test_a_killed_service_is_back_on_its_port_at_once_though_a_poll_was_waiting(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start(GRISTMILL_FAULTS="life.boot=stop")
    job_id = service.accepted(text("Waiting.", "waiting"))
    poll = threading.Thread(target=_poll, args=(str(service.http.base_url), job_id), daemon=True)
    poll.start()
    port = str(service.http.base_url.port)
    service.kill()
    again = make_service("--workers", "1", "--port", port).start()
    poll.join(WAIT_S)
    _check_all_ended_once(again, [job_id])


def _poll(url: str, job_id: str) -> None:
    with contextlib.suppress(httpx.TransportError):
        httpx.get(f"{url}/ingest/{job_id}", params={"wait": "30"}, timeout=WAIT_S, verify=False)


@pytest.mark.slow
def test_no_temporary_file_survives_the_next_start(
    make_service: MakeService, tmp_path: Path
) -> None:
    service = make_service("--workers", "1")
    service.start(GRISTMILL_FAULTS="durable.rename=kill@5!")
    with pytest.raises((httpx.TransportError, AssertionError)):
        for number in range(50):
            # The record of a key is a file that takes its name by a rename.
            service.accepted(text(f"Text {number}."), headers={"Idempotency-Key": f"{number}"})
    if service.process is not None and service.process.poll() is None:
        os.kill(service.pid, signal.SIGKILL)
    service.wait()
    service.start()
    assert not list(service.data.rglob("*.tmp"))


@pytest.mark.slow
def test_what_a_job_uploaded_goes_although_the_supervisor_dies_over_its_end(
    make_service: MakeService, tmp_path: Path
) -> None:
    service = make_service("--workers", "1").start(
        GRISTMILL_FAULTS=f"settle.after_terminal=kill#{tmp_path / 'once'}"
    )
    raw = {"Content-Type": "text/plain"}
    service.http.post("/ingest", params={"name": "a.txt"}, content=b"wheel", headers=raw)
    assert service.wait() == -signal.SIGKILL
    assert list((service.data / "spool").glob("*/bundle.*"))
    again = make_service("--workers", "1").start()
    until(lambda: not list((again.data / "spool").glob("*/bundle.*")), "the end of the upload")
    assert len(again.http.get("/documents").json()["items"]) == 1
    assert again.stop() == 0
