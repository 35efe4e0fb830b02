"""The threads that bring ends to their receivers, and what comes in between."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest
from support.job_samples import queued
from support.patience import WAIT_S
from support.receiving import receiving
from support.running import until

from gristmill.pool.webhooks.mover import WebhookMover
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.webhooks import Delivery, DeliveryState
from gristmill.storage.stores import Stores

Start = Callable[[], WebhookMover]


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores.open(tmp_path / "data")


@pytest.fixture
def start(stores: Stores) -> Iterator[Start]:
    movers: list[WebhookMover] = []

    def made() -> WebhookMover:
        settings = Settings(webhook_allow=["127.0.0.0/8"], webhook_retry_s=600.0)
        movers.append(WebhookMover(stores, settings))
        movers[-1].start()
        return movers[-1]

    yield made
    for mover in movers:
        mover.stop(5.0)


def ended(stores: Stores, url: str) -> Manifest:
    stores.hooks.set("default", url)
    return queued(state=JobState.SUCCEEDED, webhook=url)


@pytest.mark.parametrize("status", [204, 500, 410])
def test_a_replay_during_an_attempt_stands_whatever_becomes_of_that(
    stores: Stores, start: Start, status: int
) -> None:
    came, go = threading.Event(), threading.Event()

    def slow(request: BaseHTTPRequestHandler) -> None:
        came.set()
        go.wait(WAIT_S)
        request.send_response(status)
        request.end_headers()

    with receiving(slow, 204) as receiver:
        end, mover = ended(stores, receiver.url), start()
        mover.expect(end)
        mover.ended(end)
        assert came.wait(WAIT_S)
        mover.replay(end)
        # Another thread tells it meanwhile.
        until(lambda: len(receiver.received) == 2, "the replay")
        until(lambda: known(stores, end).state is DeliveryState.DELIVERED, "its record")
        go.set()
        mover.stop(WAIT_S)
    delivery = known(stores, end)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 1)
    assert delivery.last is not None and delivery.last.status == 204


def test_a_replay_of_what_two_attempts_hold_up_comes_after_them(
    stores: Stores, start: Start
) -> None:
    """At most two go to one host: the record of the first to end must not take its place."""
    came, go = threading.Semaphore(0), threading.Event()

    def slow(request: BaseHTTPRequestHandler) -> None:
        came.release()
        go.wait(WAIT_S)
        request.send_response(410)
        request.end_headers()

    with receiving(slow, slow, 204) as receiver:
        end, mover = ended(stores, receiver.url), start()
        other = msgspec.structs.replace(end, job_id=end.job_id[:-1] + "0", run=7)
        for each in (end, other):
            mover.expect(each)
            mover.ended(each)
        assert came.acquire(timeout=WAIT_S) and came.acquire(timeout=WAIT_S)
        mover.replay(end)
        go.set()
        until(lambda: known(stores, end).state is DeliveryState.DELIVERED, "the replay")
        assert len(receiver.received) == 3
    assert known(stores, other).state is DeliveryState.FAILED


def known(stores: Stores, end: Manifest) -> Delivery:
    found = stores.deliveries.find(end.job_id, end.run)
    assert found is not None
    return found
