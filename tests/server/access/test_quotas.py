"""How often somebody may ask."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON
from support.patience import WAIT_S
from support.served import running

from gristmill.schemas.access import ApiKey
from gristmill.server.access.quotas import Rates
from gristmill.storage.stores import Stores


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
        with httpx.Client(base_url=base, headers=headers, timeout=WAIT_S) as http:
            statuses = [
                http.post("/ingest", json={"sources": [{"type": "text", "text": str(n)}]})
                for n in range(3)
            ]
        assert [each.status_code for each in statuses] == [202, 202, 429]
        assert len(web.service.client.offered) == 2
