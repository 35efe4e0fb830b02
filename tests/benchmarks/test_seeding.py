"""Seeded data folders are ones that the service could have left."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.running import Service, run

from benchmarks.harness.seeding import seed_finished, seed_pending
from gristmill.schemas.ids import day_of
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests

JOBS = 60


@pytest.mark.parametrize("seed", [seed_pending, seed_finished], ids=["pending", "finished"])
def test_check_finds_nothing_wrong(seed: Callable[[Path, int], None], tmp_path: Path) -> None:
    seed(tmp_path / "data", JOBS)
    assert run("check", data=tmp_path / "data") == (0, "0 findings, 0 left\n", "")


def test_finished_jobs_lie_on_many_days(tmp_path: Path) -> None:
    seed_finished(tmp_path / "data", JOBS)
    manifests = Manifests(DataFolder.at(tmp_path / "data"))
    ids = list(manifests.ended_ids())
    assert len(ids) == JOBS and len({day_of(job_id) for job_id in ids}) >= 20


@pytest.mark.slow
def test_the_service_does_the_pending_jobs(
    make_service: Callable[..., Service], tmp_path: Path
) -> None:
    seed_pending(tmp_path / "data", JOBS)
    service = make_service("--workers", "1").start()
    jobs = service.http.get("/ingest", params={"limit": str(2 * JOBS)}).json()["items"]
    assert len(jobs) == JOBS
    assert {service.ended(job["job_id"])["state"] for job in jobs} == {"succeeded"}
