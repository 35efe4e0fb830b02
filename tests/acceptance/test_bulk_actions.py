"""Bulk actions with a real service: many jobs, and a kill in the middle of them."""

from collections.abc import Callable
from typing import Any

import pytest
from support.running import Service, run, text, until

MakeService = Callable[..., Service]
BROKEN = "{ no JSON"


def _asked(service: Service, **query: Any) -> dict[str, Any]:
    looked = service.http.post("/bulk", json=query)
    assert looked.status_code == 200, looked.text
    begun = service.http.post("/bulk", json={**query, "confirm": looked.json()["confirm"]})
    assert begun.status_code == 202, begun.text
    found: dict[str, Any] = begun.json()
    return found


def _ended(service: Service, bulk_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = service.http.get(f"/bulk/{bulk_id}").json()
        return found if found["state"] in ("done", "cancelled") else None

    found = until(look, "the end of the bulk action")
    assert found is not None
    return found


@pytest.mark.slow
def test_many_jobs_are_retried_across_a_kill_and_each_once(
    make_service: MakeService, tmp_path: Any
) -> None:
    fault = f"retry.before_unlink=kill@7!#{tmp_path / 'killed'}"
    service = make_service("--workers", "1", env={"GRISTMILL_FAULTS": fault}).start()
    failed = [service.accepted(text(BROKEN, f"{n}.json")) for n in range(20)]
    good = service.accepted(text("sound words", "good.txt"))
    for job_id in (*failed, good):
        service.ended(job_id)
    begun = _asked(service, action="retry", state="failed")
    assert begun["jobs"] == 20
    assert service.wait() != 0
    service.start()
    found = _ended(service, begun["bulk_id"])
    assert (found["state"], found["done"], found["refused"], found["failed"]) == ("done", 20, 0, 0)
    for job_id in failed:
        states = [each["state"] for each in service.ended(job_id)["history"]]
        assert states == ["queued", "running", "failed"] * 2
    assert len(service.job(good)["history"]) == 3

    deleted = _asked(service, action="delete", filter="code = documents_failed")
    assert _ended(service, deleted["bulk_id"])["done"] == 20
    assert [job["job_id"] for job in service.all("/ingest")] == [good]
    assert len(service.all("/documents")) == 1
    assert [each["action"] for each in service.all("/bulk")] == ["delete", "retry"]
    code, shown, _ = run("bulk", "show", "last", "--data", str(service.data))
    assert (code, "20 jobs" in shown) == (0, True)
    assert service.stop() == 0
    code, said, _ = run("check", "--data", str(service.data))
    assert code == 0, said


@pytest.mark.slow
def test_waiting_and_running_jobs_are_cancelled(make_service: MakeService, tmp_path: Any) -> None:
    fault = f"document.parse:slow.txt=hang#{tmp_path / 'once'}"
    service = make_service("--workers", "1", env={"GRISTMILL_FAULTS": fault}).start()
    jobs = [service.accepted(text("slow words", "slow.txt"))]
    until(lambda: service.job(jobs[0])["state"] == "running", "a running job")
    jobs += [service.accepted(text(f"words {n}", f"{n}.txt")) for n in range(9)]
    begun = _asked(service, action="cancel")
    assert _ended(service, begun["bulk_id"])["done"] == 10
    assert {service.ended(job_id)["state"] for job_id in jobs} == {"cancelled"}
