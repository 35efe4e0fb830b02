"""All attacks at once, in the sizes of `docs/security.md`. The strict numbers are those of a calm
machine (`python -m benchmarks.flood`); here they grow with the patience of the tests, and are asked
of most answers: of the last hundredth, that they come."""

from collections.abc import Iterator

import pytest
from support.attacking import address, web_process
from support.patience import patient
from support.running import Service, running

from benchmarks import flood

SECONDS = 12.0
HEALTHZ_S, INGEST_S, WORST_S = 0.1, 0.25, 10.0
WEB_BYTES = 400 * 1024 * 1024


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("flooded") / "data"
    with running(data, "--workers", "2") as service:
        for job_id in flood.fill(service.http):
            service.ended(job_id, timeout_s=patient(100.0))
        yield service


def test_others_are_served_and_memory_is_bounded(library: Service) -> None:
    web = web_process(library)
    with flood.attacked(*address(library)):
        felt = flood.feel(str(library.http.base_url).rstrip("/"), web, SECONDS)
    figures = flood.told(felt)
    assert felt.failed == [], felt.failed[:3]
    assert figures["healthz p50 ms"] < patient(HEALTHZ_S) * 1000, figures
    assert figures["ingest p50 ms"] < patient(INGEST_S) * 1000, figures
    assert felt.probes[-1] < patient(WORST_S) and felt.posts[-1] < patient(WORST_S), figures
    assert felt.web_bytes < WEB_BYTES, figures
    assert web.is_running()
    assert library.http.get("/readyz").status_code == 200
    assert "Traceback" not in library.log.read_text()
