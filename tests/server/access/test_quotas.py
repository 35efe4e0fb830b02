"""How often somebody may ask."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON
from support.patience import WAIT_S
from support.running import until
from support.served import Web, running

from gristmill.schemas.access import ApiKey
from gristmill.schemas.configuration.settings import MIB
from gristmill.schemas.jobs.offers import Verdict, owner_of
from gristmill.server.access.quotas import Rates
from gristmill.storage.stores import Stores


def head(token: str, size: int, path: str = "/ingest?name=a.txt") -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        "Content-Type: application/octet-stream",
        f"Content-Length: {size}",
    )
    return "\r\n".join((*lines, "", "")).encode()


@contextmanager
def begun(port: int, token: str, size: int) -> Iterator[socket.socket]:
    """A connection on which a body of `size` bytes is announced, and nothing of it sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as connection:
        connection.sendall(head(token, size))
        yield connection


def answer_to(port: int, token: str, size: int, path: str = "/ingest?name=a.txt") -> str:
    """What is answered to a head although no body follows."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as connection:
        connection.sendall(head(token, size, path))
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer.decode()


def status_of_answer(connection: socket.socket) -> str:
    return connection.recv(65536).split(b" ", 2)[1].decode()


def until_counted(web: Web, who: str, size: int) -> None:
    until(lambda: web.coming._bytes.get(who) == size, f"{who} to be counted")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_saved_up_may_be_asked_at_once_and_then_the_rate() -> None:
    clock = Clock()
    rates = Rates(2.0, clock)
    assert [rates.take("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert rates.take("b") == 0
    clock.now = 0.5
    assert [rates.take("a"), rates.take("a")] == [0, 0.5]
    clock.now = 100.0
    assert [rates.take("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]


def test_less_than_one_a_second_and_none_at_all_are_rates_too() -> None:
    clock = Clock()
    slow, free = Rates(0.1, clock), Rates(0.0, clock)
    assert [slow.take("a"), slow.take("a")] == [0, 10]
    assert not any(free.take("a") for _ in range(1000))


def test_a_crowd_of_addresses_takes_flat_memory() -> None:
    rates = Rates(1.0)
    for number in range(20_000):
        rates.take(str(number))
    assert len(rates._buckets) <= 10_000


@pytest.fixture
def limited(make_service: MakeApp) -> Iterator[HttpApp]:
    yield make_service(quota_requests_per_s=1.0)


def ask(service: HttpApp, peer: str, **headers: str) -> Any:
    return service.http.simulate_get("/healthz", remote_addr=peer, headers=headers)


def test_an_address_that_asks_too_often_is_told_when_to_come_back(limited: HttpApp) -> None:
    answers = [ask(limited, "192.0.2.7") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].json["code"] == "too_many_requests"
    assert answers[2].headers["retry-after"] == "1"
    assert ask(limited, "192.0.2.8").status_code == 200


def test_loopback_without_a_key_is_not_limited(limited: HttpApp) -> None:
    assert {ask(limited, "127.0.0.1").status_code for _ in range(9)} == {200}


def test_each_key_has_a_rate_of_its_own_wherever_it_comes_from(limited: HttpApp) -> None:
    tokens = Stores(limited.folder).tokens
    first, second = (tokens.add(ApiKey(name, "", ("read",), NOON)) for name in ("a", "b"))
    statuses = [
        ask(limited, peer, Authorization=f"Bearer {first}").status_code
        for peer in ("127.0.0.1", "192.0.2.7", "192.0.2.8")
    ]
    assert statuses == [200, 200, 429]
    assert ask(limited, "192.0.2.8", Authorization=f"Bearer {second}").status_code == 200


def test_a_submission_counts_once_on_its_way_through_the_fast_lane(make_service: MakeApp) -> None:
    with running(make_service, quota_requests_per_s=1.0) as web:
        token = Stores(web.service.folder).tokens.add(ApiKey("a", "", ("admin",), NOON))
        headers = {"Authorization": f"Bearer {token}"}
        base = f"http://127.0.0.1:{web.port}"
        with httpx.Client(base_url=base, headers=headers, timeout=WAIT_S, verify=False) as http:
            statuses = [
                http.post("/ingest", json={"sources": [{"type": "text", "text": str(n)}]})
                for n in range(3)
            ]
        assert [each.status_code for each in statuses] == [202, 202, 429]
        assert len(web.service.client.offered) == 2


def test_a_key_may_not_send_more_at_once_than_its_share(make_service: MakeApp) -> None:
    with running(make_service, quota_body_mb=1, max_body_bytes=4 * MIB) as web:
        tokens = Stores(web.service.folder).tokens
        first, second = (tokens.add(ApiKey(name, "", ("ingest",), NOON)) for name in ("a", "b"))
        with begun(web.port, first, 700_000) as slow:
            until_counted(web, "the key 'a'", 700_000)
            assert "429" in answer_to(web.port, first, 700_000)
            assert "429" in answer_to(web.port, first, 2 * MIB)
            with begun(web.port, second, 700_000):
                until_counted(web, "the key 'b'", 700_000)
            slow.sendall(bytes(700_000))
            assert status_of_answer(slow) == "202"
        until(lambda: not web.coming._bytes, "all bodies to be over")
        assert "quota_body_mb" in answer_to(web.port, first, 2 * MIB)
        web.service.gate.audit.close()
        lines = web.service.folder.audit.read_text().splitlines()
    noted = [(each["status"], each["key"]) for each in map(json.loads, lines)]
    assert noted.count((429, "a")) == 3


def test_who_may_not_send_a_large_body_is_told_before_it_has_come(make_service: MakeApp) -> None:
    with running(make_service, max_body_bytes=4 * MIB) as web:
        tokens = Stores(web.service.folder).tokens
        reader = tokens.add(ApiKey("r", "", ("read",), NOON))
        assert "403" in answer_to(web.port, reader, MIB)
        assert "401" in answer_to(web.port, "grist_wrong", MIB)
        assert "401" in answer_to(web.port, "grist_wrong", MIB, path="/nowhere")
        web.service.gate.audit.close()
        lines = web.service.folder.audit.read_text().splitlines()
    noted = [(each["status"], each.get("key"), each.get("call")) for each in map(json.loads, lines)]
    assert noted == [(403, "r", "submit"), (401, None, "submit"), (401, None, None)]


def _submitted_by(service: HttpApp, peer: str, **headers: str) -> str | None:
    answer = service.http.simulate_post(
        "/ingest",
        json={"sources": [{"type": "text", "text": peer}]},
        remote_addr=peer,
        headers=headers,
    )
    return owner_of(service.client.manifest(answer.json["job_id"]))


def test_waiting_jobs_without_a_key_are_counted_for_their_address(make_service: MakeApp) -> None:
    service = make_service(quota_waiting_jobs=2)
    assert _submitted_by(service, "192.0.2.7") == "the address 192.0.2.7"
    assert _submitted_by(service, "127.0.0.1") is None
    token = Stores(service.folder).tokens.add(ApiKey("a", "", ("admin",), NOON))
    owner = _submitted_by(service, "192.0.2.8", Authorization=f"Bearer {token}")
    assert owner == "the key 'a'"


def test_without_a_quota_no_manifest_names_an_address(make_service: MakeApp) -> None:
    assert _submitted_by(make_service(), "192.0.2.7") is None


def test_an_address_whose_quota_is_used_up_is_told_so(make_service: MakeApp) -> None:
    service = make_service(quota_waiting_jobs=2)
    service.client.verdict = Verdict.OVER_QUOTA
    answer = service.http.simulate_post(
        "/ingest", json={"sources": [{"type": "text", "text": "a"}]}, remote_addr="192.0.2.7"
    )
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert "the address 192.0.2.7 has as many waiting jobs" in answer.json["detail"]
