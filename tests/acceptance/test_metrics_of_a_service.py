"""`/metrics` of a real service: right whichever process is asked, whatever dies."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.running import Service, running, text, until

MakeService = Callable[..., Service]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data: Path = tmp_path_factory.mktemp("metrics") / "data"
    with running(data, "--workers", "1", "--web-processes", "2") as started:
        yield started


def scraped(service: Service) -> dict[str, float]:
    """What a connection of its own is told, by whichever web process takes it: numbers by their
    names and the values of their labels, in the order of the labels' names."""
    answer = httpx.get(f"{service.http.base_url}/metrics", timeout=30)
    assert answer.status_code == 200, answer.text
    return {
        f"{sample.name}{{{','.join(sample.labels.values())}}}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def webs(service: Service) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(service.pid).children():
        with contextlib.suppress(psutil.Error):
            if "--ready-fd" in child.cmdline():
                found.append(child)
    return found


def submit(service: Service, *texts: str) -> list[str]:
    """Each on a connection of its own: they spread over the web processes."""
    ids = []
    for each in texts:
        answer = httpx.post(
            f"{service.http.base_url}/ingest", json={"sources": [text(each)]}, timeout=30
        )
        assert answer.status_code == 202, answer.text
        ids.append(answer.json()["job_id"])
    return ids


@pytest.mark.slow
def test_numbers_add_up_over_two_web_processes_and_outlive_a_killed_one(service: Service) -> None:
    for job_id in submit(service, *(f"flour {n}" for n in range(8)), " "):
        service.ended(job_id)
    ended = "gristmill_jobs_ended_total{%s}"
    until(lambda: scraped(service)[ended % ",succeeded"] == 8, "all ends in the counters")
    told = [scraped(service) for _ in range(6)]
    for found in told:
        assert found["gristmill_http_requests_total{submit,202}"] == 9
        assert found["gristmill_accept_seconds_count{}"] == 9
        assert found[ended % "documents_failed,failed"] == 1
        assert found["gristmill_documents_ended_total{empty,failed}"] == 1
        assert found["gristmill_job_wait_seconds_count{}"] == 9
        assert found["gristmill_job_processing_seconds_count{}"] == 9
        assert found["gristmill_process_resident_bytes{web-2}"] > 1_000_000
        assert found["gristmill_process_resident_bytes{worker-1}"] > 1_000_000

    for web in webs(service):
        # Whichever has counted more: each dies once.
        before = scraped(service)
        web.kill()
        lost = "gristmill_web_processes_lost_total{}"
        until(lambda: len(webs(service)) == 2 and web not in webs(service), "a new one")  # noqa: B023
        found = until(lambda: _asked(service, lost, before[lost] + 1), "a death that counts")  # noqa: B023
        assert found["gristmill_http_requests_total{submit,202}"] == 9
        assert found["gristmill_accept_seconds_count{}"] == 9
    submit(service, "one more")
    assert scraped(service)["gristmill_http_requests_total{submit,202}"] == 10


def _asked(service: Service, name: str, value: float) -> dict[str, float]:
    """What is told, once it says so, else nothing; one that dies may take a question with it."""
    with contextlib.suppress(httpx.TransportError):
        found = scraped(service)
        return found if found[name] == value else {}
    return {}


@pytest.mark.slow
def test_numbers_go_on_when_the_service_is_started_again(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    service.ended(service.accepted(text("flour")))
    succeeded = "gristmill_jobs_ended_total{,succeeded}"
    until(lambda: scraped(service)[succeeded] == 1, "an end in the counters")
    service.kill()
    service.start()
    found = scraped(service)
    assert found[succeeded] == 1
    assert found["gristmill_starts_total{}"] == 2
    assert found["gristmill_http_requests_total{submit,202}"] == 1


@pytest.mark.slow
def test_a_worker_that_dies_of_a_document_is_counted_by_its_cause(
    make_service: MakeService, tmp_path: Path
) -> None:
    env = {"GRISTMILL_FAULTS": f"commit.before=kill@1!#{tmp_path / 'once'}"}
    service = make_service("--workers", "1", env=env).start()
    job = service.ended(service.accepted(text("flour")))
    assert job["state"] == "succeeded"
    found = until(lambda: _asked(service, "gristmill_workers_lost_total{killed}", 1), "a loss")
    assert found["gristmill_documents_ended_total{,succeeded}"] == 1
