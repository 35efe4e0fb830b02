"""What `/metrics` says, in Prometheus' own reading of it."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON
from support.served import Web, running

from gristmill.pool.settling.indexer import row_of
from gristmill.schemas.access import ApiKey
from gristmill.schemas.telemetry import service_measures
from gristmill.schemas.telemetry.measures import OTHER
from gristmill.schemas.telemetry.service_measures import SUPERVISOR_LAYOUT, SUPERVISOR_METER
from gristmill.server.telemetry.exposition import MEASURES
from gristmill.server.telemetry.web_measures import (
    PROBLEMS,
    REQUESTS,
    WEB_LAYOUT,
    WEB_METER,
)
from gristmill.storage.records.meters import Meter
from gristmill.storage.stores import Stores

Numbers = dict[str, float]


def numbers_of(text: str) -> Numbers:
    """Samples by name and labels, as `name{a=b}`."""
    return {
        f"{sample.name}{{{','.join(f'{k}={v}' for k, v in sample.labels.items())}}}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scraped(service: HttpApp) -> Numbers:
    answer = service.http.simulate_get("/metrics")
    assert answer.status_code == 200, answer.text
    return numbers_of(answer.text)


def test_requests_are_counted_by_call_and_status_and_problems_by_code(service: HttpApp) -> None:
    for _ in range(2):
        service.http.simulate_get("/healthz")
    service.http.simulate_get("/nothing")
    service.http.simulate_get("/ingest?limit=x")
    found = scraped(service)
    assert found["gristmill_http_requests_total{call=liveness,status=200}"] == 2
    assert found["gristmill_http_requests_total{call=other,status=404}"] == 1
    assert found["gristmill_http_requests_total{call=jobs,status=400}"] == 1
    assert found["gristmill_http_problems_total{code=not_found}"] == 1
    assert found["gristmill_http_problems_total{code=invalid_request}"] == 1
    assert found["gristmill_http_problems_total{code=internal}"] == 0


def test_only_submissions_that_made_a_job_are_timed(
    service: HttpApp, submit: Callable[..., str]
) -> None:
    submit("a text")
    service.http.simulate_post("/ingest", json={"sources": []})
    found = scraped(service)
    assert found["gristmill_accept_seconds_count{}"] == 1
    assert found["gristmill_accept_seconds_bucket{le=+Inf}"] == 1
    assert 0 < found["gristmill_accept_seconds_sum{}"] < 60


def test_what_others_count_is_added_up_and_what_the_dead_have_counted_stays(
    service: HttpApp,
) -> None:
    for _ in range(3):
        meter = Meter.one_of(service.folder, WEB_METER, WEB_LAYOUT)
        meter.count(REQUESTS, "search", "200", by=2)
    meter.close()
    supervisor = Meter.only_of(service.folder, SUPERVISOR_METER, SUPERVISOR_LAYOUT)
    supervisor.count(service_measures.JOBS, "failed", "timeout")
    found = scraped(service)
    assert found["gristmill_http_requests_total{call=search,status=200}"] == 6
    assert found["gristmill_jobs_ended_total{code=timeout,outcome=failed}"] == 1
    assert found["gristmill_jobs_ended_total{code=,outcome=succeeded}"] == 0
    assert found["gristmill_process_resident_bytes{process=supervisor}"] > 0
    assert found["gristmill_process_resident_bytes{process=web-1}"] > 0


def test_without_a_supervisor_it_says_so_and_the_rest_is_there(service: HttpApp) -> None:
    service.client.away = True
    found = scraped(service)
    assert found["gristmill_supervisor_up{}"] == 0
    assert found["gristmill_problem{code=supervisor_away}"] == 1
    assert "gristmill_queue_waiting_jobs{}" not in found
    assert found["gristmill_library_documents{}"] == 0
    assert found["gristmill_disk_free_bytes{}"] > 0


def test_the_oldest_job_that_waits_has_an_age(service: HttpApp, submit: Callable[..., str]) -> None:
    assert scraped(service)["gristmill_queue_oldest_seconds{}"] == 0
    submit("a text")
    stores = Stores(service.folder)
    with stores.library() as library:
        manifest = stores.manifests.read(service.client.offered[0])
        assert manifest is not None
        library.index_jobs([row_of(manifest)])
    assert scraped(service)["gristmill_queue_oldest_seconds{}"] > 0


def test_every_name_is_as_prometheus_has_names() -> None:
    for measure in MEASURES:
        assert re.fullmatch("gristmill_[a-z_]+", measure.name) and measure.meaning.endswith(".")
        # These endings are those of samples.
        assert not measure.name.endswith(("_total", "_count", "_sum", "_bucket"))
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)


def test_a_key_for_it_opens_it_and_one_that_is_bound_does_not(service: HttpApp) -> None:
    tokens = Stores(service.folder).tokens
    opens = tokens.add(ApiKey("scraper", "", ("metrics",), NOON))
    bound = tokens.add(ApiKey("bound", "", ("metrics", "admin"), NOON, ("mine",)))
    statuses = {
        token: service.http.simulate_get(
            "/metrics", headers={"Authorization": f"Bearer {token}"}
        ).status_code
        for token in (opens, bound, "grist_x")
    }
    assert list(statuses.values()) == [200, 403, 401]
    assert service.http.simulate_get("/metrics").status_code == 401


@pytest.fixture
def web(make_service: MakeApp) -> Iterator[Web]:
    with running(make_service, web_threads=2) as started:
        yield started


def test_what_is_refused_before_any_call_is_counted_too(web: Web) -> None:
    url = f"http://127.0.0.1:{web.port}/healthz"
    assert httpx.get(url, headers={"X-Long": "x" * 20_000}).status_code == 431
    numbers = web.terms.counting.meter.numbers()
    assert numbers[WEB_LAYOUT.place(REQUESTS, (OTHER, "431"))] == 1
    assert numbers[WEB_LAYOUT.place(PROBLEMS, ("headers_too_large",))] == 1


@pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="there is no promtool here (Debian: apt-get install prometheus)",
)
def test_promtool_finds_nothing_to_say_of_it(service: HttpApp) -> None:
    service.http.simulate_get("/nothing")
    Meter.only_of(service.folder, SUPERVISOR_METER, SUPERVISOR_LAYOUT)
    told = service.http.simulate_get("/metrics").text
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=told, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
