"""The service at a glance: in numbers that cost the same however many jobs there were."""

import time
from typing import Any

import pytest
from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON

from gristmill.pool.client import QueueStats
from gristmill.schemas.access import ApiKey
from gristmill.schemas.ids import first_id_at, uuid7
from gristmill.schemas.jobs.offers import Problem
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.overview import Sample, Span, WorkerLook
from gristmill.server import overviews
from gristmill.storage.library.job_index_row import JobIndexRow
from gristmill.storage.records.samples import ring_of
from gristmill.storage.stores import Stores


def overview(service: HttpApp, **headers: str) -> Any:
    return service.http.simulate_get("/overview", headers=headers)


def index(service: HttpApp, *jobs: tuple[JobState, str, int]) -> None:
    """Put jobs into the index: state, collection, and how many seconds ago they came."""
    with Stores(service.folder).library() as library:
        library.index_jobs(
            JobIndexRow(uuid7(time.time_ns() - ago * 10**9, n), state, collection, NOON, None)
            for n, (state, collection, ago) in enumerate(jobs)
        )


def test_jobs_are_counted_by_state_and_of_those_that_ended_the_last_day(service: HttpApp) -> None:
    day = 24 * 3600
    index(
        service,
        *[(JobState.FAILED, "a", ago) for ago in (1, 2, 3 * day)],
        *[(JobState.QUEUED, "b", ago) for ago in (1, 3 * day)],
        (JobState.RUNNING, "b", 1),
    )
    found = overview(service).json
    counts = {state: each["count"] for state, each in found["jobs"].items() if each["count"]}
    assert counts == {"failed": 2, "queued": 2, "running": 1}
    assert found["oldest_waiting"] == "2026-11-23T12:00:00Z"
    assert found["advice"] == [] and found["machine"]["disk_free"] > 0


def test_nobody_counts_a_million(service: HttpApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overviews, "_MOST", 3)
    index(service, *[(JobState.SUCCEEDED, "a", 1)] * 3, *[(JobState.FAILED, "a", 1)] * 4)
    jobs = overview(service).json["jobs"]
    assert jobs["succeeded"] == {"count": 3, "more": False}
    assert jobs["failed"] == {"count": 3, "more": True}


def test_it_is_looked_at_once_a_second_however_many_ask_and_304_while_nothing_happens(
    service: HttpApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, stats = list[int](), service.client.stats()

    def look() -> QueueStats:
        looks.append(1)
        return stats

    monkeypatch.setattr(service.client, "stats", look)
    answers = [overview(service) for _ in range(20)]
    assert len(looks) == 1 and len({answer.text for answer in answers}) == 1
    tag = answers[0].headers["etag"]
    again = overview(service, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_what_a_worker_is_at_keeps_the_moment_in_which_it_began(
    service: HttpApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overviews, "_FRESH_S", -1.0)
    job_id = service.http.simulate_post(
        "/ingest", json={"sources": [{"type": "text", "text": "a", "name": "a.txt"}]}
    ).json["job_id"]
    look = WorkerLook(42, "", job_id, 0, 5.0, "parse", 3, 9, 5 << 20 | 77, 1.5)
    monkeypatch.setattr(service.client, "workers", lambda: [look, look._replace(job_id=None)])
    (first, idle), (again, _) = (overview(service).json["workers"] for _ in range(2))
    assert first["since"] == again["since"]
    assert (first["pid"], first["stage"], first["page"], first["memory"]) == (
        42,
        "parse",
        3,
        5 << 20,
    )
    assert (first["cpu"], again["cpu"]) == (None, 0)
    assert (idle["since"], idle["stage"], idle["job_id"]) == (None, None, None)


def test_what_is_wrong_is_said_once_with_what_to_do(
    service: HttpApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Problem("draining", "the service is shutting down"), Problem("odd", "something")]
    monkeypatch.setattr(service.client, "problems", lambda: [*found, *found])
    advice = overview(service).json["advice"]
    assert [each["code"] for each in advice] == ["draining", "odd"]
    assert "started again" in advice[0]["todo"] and advice[1]["todo"]


def test_it_is_there_without_a_supervisor(service: HttpApp) -> None:
    service.client.away = True
    index(service, (JobState.FAILED, "a", 1))
    found = overview(service).json
    assert [each["code"] for each in found["advice"]] == ["supervisor_away"]
    assert "gristmill serve" in found["advice"][0]["todo"]
    assert found["jobs"]["failed"]["count"] == 1 and found["workers"] == []


def test_a_queue_that_fills_is_said_before_it_is_full(
    service: HttpApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overviews, "_FRESH_S", -1.0)
    stats = service.client.stats()
    for waiting, codes in ((7, []), (8, ["queue_filling"]), (10, ["queue_full"])):
        monkeypatch.setattr(service.client, "stats", lambda n=waiting: stats._replace(waiting=n))
        assert [each["code"] for each in overview(service).json["advice"]] == codes


def test_a_bound_key_sees_the_counts_of_its_collections_and_nothing_of_the_machine(
    make_service: MakeApp,
) -> None:
    service = make_service()
    token = Stores(service.folder).tokens.add(ApiKey("b", "", ("read",), NOON, ("mine",)))
    index(service, (JobState.FAILED, "mine", 1), *[(JobState.FAILED, "theirs", 1)] * 5)
    ring = ring_of(Span.HOUR)
    now = int(time.time()) // ring.step_s * ring.step_s
    Stores(service.folder).samples.write(ring, Sample(now, 1, 1, 1, 1, 1))
    headers = {"Authorization": f"Bearer {token}"}
    found = overview(service, **headers).json
    assert found["jobs"]["failed"]["count"] == 1
    assert (found["workers"], found["machine"], found["depth"]) == (None, None, None)
    history = service.http.simulate_get("/overview/history", headers=headers)
    assert history.json["samples"] == []


def test_a_history_has_the_samples_of_its_span(service: HttpApp) -> None:
    ring = ring_of(Span.DAY)
    now = int(time.time()) // ring.step_s * ring.step_s
    Stores(service.folder).samples.write(ring, Sample(now, 1, 2, 3, 4, 5))
    answer = service.http.simulate_get("/overview/history", params={"span": "day"})
    assert answer.json["samples"] == [[now, 1, 2, 3, 4, 5]]
    assert (answer.json["span"], answer.json["step_s"]) == ("day", 300)
    assert service.http.simulate_get("/overview/history").json["samples"] == []
    assert first_id_at(now) <= uuid7(now * 10**9, 0)
