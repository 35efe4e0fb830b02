"""What happens is told while it happens: by real processes, over breaks, to many at once."""

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest
from support.listening import Event, listening
from support.patience import WAIT_S
from support.running import Service, end, text, until

MakeService = Callable[..., Service]
LIMITS = ("--workers", "1", "--max-event-streams", "6", "--max-peer-event-streams", "4")


@pytest.fixture(scope="module")
def mill() -> Iterator[Service]:
    """One service for all that do not end it."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "data", *LIMITS).start()
        yield service
        end(service)


def states(events: list[Event]) -> list[tuple[str, str]]:
    """Jobs and documents, without `running`: only a job that takes long is told to run."""
    told = [(each.kind, each.data["state"]) for each in events if each.kind in ("job", "document")]
    return [each for each in told if each != ("job", "running")]


def web_processes(service: Service) -> list[int]:
    children = psutil.Process(service.pid).children()
    return [child.pid for child in children if "--ready-fd" in child.cmdline()]


def test_a_job_is_told_from_its_acceptance_to_its_end_in_order(mill: Service) -> None:
    with listening(mill.http.base_url, "/events") as stream:
        job_id = mill.accepted(text("The mill turns."), text("The stone does."), collection="rye")
        seen = stream.until("job", job_id=job_id, state="succeeded")
    mine = [each for each in seen if each.data["job_id"] == job_id]
    documents = [("document", "succeeded")] * 2
    assert states(mine) == [("job", "queued"), *documents, ("job", "succeeded")]
    assert {each.data["collection"] for each in mine} == {"rye"}
    assert mine[-1].data["counts"]["succeeded"] == 2
    assert [each.data["ordinal"] for each in mine if each.kind == "document"] == [0, 1]


def test_a_job_that_ended_is_told_with_its_end_and_never_again(mill: Service) -> None:
    job_id = mill.accepted(text("Grain."))
    mill.ended(job_id)
    with listening(mill.http.base_url, f"/ingest/{job_id}/events") as stream:
        events = list(stream)
    assert [each.kind for each in events] == ["job", "end"]
    assert events[1].data["reason"] == "over"
    again = mill.http.get(f"/ingest/{job_id}/events", headers={"Last-Event-ID": events[-1].id})
    assert (again.status_code, again.content) == (204, b"")


def test_a_filter_and_a_collection_choose_what_is_told(mill: Service) -> None:
    path = "/events?filter=event+%3D+job+and+state+%3D+succeeded&collection=oats"
    with listening(mill.http.base_url, path) as stream:
        mill.accepted(text("Of rye."), collection="rye")
        job_id = mill.accepted(text("Of oats."), collection="oats")
        (only,) = stream.until("job")
    assert (only.data["job_id"], only.data["state"]) == (job_id, "succeeded")


def test_who_comes_again_is_told_all_that_was_missed_and_nothing_twice(mill: Service) -> None:
    with listening(mill.http.base_url, "/events?collection=wheat") as stream:
        first = mill.accepted(text("One."), collection="wheat")
        seen = stream.until("job", job_id=first, state="succeeded")
    missed = [mill.accepted(text(f"Missed {n}."), collection="wheat") for n in range(3)]
    for job_id in missed:
        mill.ended(job_id)
    with listening(mill.http.base_url, "/events?collection=wheat", seen[-1].id) as stream:
        last = mill.accepted(text("Last."), collection="wheat")
        rest = stream.until("job", job_id=last, state="succeeded")
    ends = [
        each.data["job_id"]
        for each in (*seen, *rest)
        if each.kind == "job" and each.data["state"] == "succeeded"
    ]
    assert ends == [first, *missed, last]


def test_whoever_listens_is_told_of_jobs_that_are_deleted_one_by_one_or_in_bulk(
    mill: Service,
) -> None:
    jobs = [mill.accepted(text(f"to be deleted {n}"), collection="dropped") for n in range(3)]
    for job_id in jobs:
        mill.ended(job_id)
    asked = {"action": "delete", "collection": "dropped"}
    path = "/events?filter=event+%3D+deleted&collection=dropped"
    with listening(mill.http.base_url, path) as stream:
        assert mill.http.delete(f"/ingest/{jobs[0]}/record").status_code == 204
        stream.until("deleted", job_id=jobs[0], collection="dropped")
        until(lambda: mill.http.post("/bulk", json=asked).json()["jobs"] == 2, "both to be listed")
        looked = mill.http.post("/bulk", json=asked).json()
        begun = mill.http.post("/bulk", json={**asked, "confirm": looked["confirm"]})
        assert begun.status_code == 202
        gone = [stream.until("deleted")[-1].data["job_id"] for _ in range(2)]
    assert sorted(gone) == sorted(jobs[1:])


def test_who_comes_with_an_id_of_nobody_is_told_how_things_are(mill: Service) -> None:
    job_id = mill.accepted(text("Now."), collection="spelt")
    mill.ended(job_id)
    with listening(mill.http.base_url, "/events?collection=spelt", "0-99") as stream:
        reset, job = stream.until("job", job_id=job_id)
    assert (reset.kind, reset.data["jobs"], job.data["state"]) == ("reset", 1, "succeeded")


def test_there_are_so_many_streams_of_one_client_and_a_place_is_free_again(mill: Service) -> None:
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(listening(mill.http.base_url, "/events"))
        refused = mill.http.get("/events")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    until(lambda: _opens(mill), "a free place")


def _opens(mill: Service) -> bool:
    with httpx.stream("GET", f"{mill.http.base_url}/events", timeout=WAIT_S) as answer:
        return answer.status_code == 200


def test_streams_take_no_threads(mill: Service) -> None:
    web = psutil.Process(web_processes(mill)[0])
    with listening(mill.http.base_url, "/events"):
        before = web.num_threads()
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(listening(mill.http.base_url, "/events"))
            assert web.num_threads() == before


@pytest.mark.slow
def test_another_web_process_goes_on_where_one_has_died(make_service: MakeService) -> None:
    service = make_service("--workers", "1", "--web-processes", "2").start()
    with listening(service.http.base_url, "/events") as stream:
        first = service.accepted(text("Before."))
        seen = stream.until("job", job_id=first, state="succeeded")
        for pid in web_processes(service):
            os.kill(pid, signal.SIGSTOP)
        for pid in web_processes(service):
            os.kill(pid, signal.SIGKILL)
    service.http.close()
    service.http = httpx.Client(base_url=service.http.base_url, timeout=WAIT_S, verify=False)
    until(lambda: _answers(service), "another web process")
    missed = service.accepted(text("Meanwhile."))
    service.ended(missed)
    with listening(service.http.base_url, "/events", seen[-1].id) as stream:
        rest = stream.until("job", job_id=missed, state="succeeded")
    assert [each.kind for each in rest if each.kind == "reset"] == []
    assert first not in {each.data["job_id"] for each in rest}


def _answers(service: Service) -> bool:
    try:
        return service.http.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.slow
def test_a_drain_ends_each_stream_with_a_word_and_a_restart_tells_what_became(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    with listening(service.http.base_url, "/events") as stream:
        job_id = service.accepted(text("Before."))
        seen = stream.until("job", job_id=job_id, state="succeeded")
        assert service.stop() == 0
        (last,) = list(stream)
    assert (last.kind, last.data["reason"], last.id) == ("end", "draining", seen[-1].id)
    service.start()
    with listening(service.http.base_url, "/events", last.id) as stream:
        reset, job = stream.until("job", job_id=job_id)
    assert (reset.kind, job.data["state"]) == ("reset", "succeeded")


@pytest.mark.slow
def test_two_hundred_idle_streams_cost_next_to_nothing(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    web = psutil.Process(web_processes(service)[0])
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(listening(service.http.base_url, "/events?filter=event+%3D+job"))
        before = sum(web.cpu_times()[:2])
        threading.Event().wait(5.0)  # what is measured is what they cost meanwhile
        assert sum(web.cpu_times()[:2]) - before < 0.5
