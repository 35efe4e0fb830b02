"""A process of ours that was stopped holds nobody up."""

import os
import signal
from collections.abc import Callable

import psutil
import pytest
from support.running import Service, stop, text, until

pytestmark = pytest.mark.slow

MakeService = Callable[..., Service]


def _forkserver(service: Service) -> psutil.Process:
    (worker, *_) = until(service.workers, "a worker")
    parent = psutil.Process(worker).parent()
    assert parent is not None
    return parent


def test_a_stopped_forkserver_is_replaced_when_a_worker_is_owed(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    forkserver, (worker,) = _forkserver(service), service.workers()
    stop(forkserver)
    os.kill(worker, signal.SIGKILL)
    assert service.ended(service.accepted(text("The mill turns.")))["state"] == "succeeded"
    assert _forkserver(service) != forkserver
    assert service.http.get("/readyz").status_code == 200


def test_a_forkserver_that_is_stopped_while_nobody_is_owed_costs_nothing(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    # Until a worker has come up, it is owed.
    assert service.ended(service.accepted(text("It starts.")))["state"] == "succeeded"
    forkserver, workers = _forkserver(service), service.workers()
    stop(forkserver)
    assert service.ended(service.accepted(text("The mill turns.")))["state"] == "succeeded"
    forkserver.resume()
    assert service.workers() == workers


def test_a_service_with_a_stopped_forkserver_drains(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    job_id = service.accepted(text("The mill turns."))
    assert service.ended(job_id)["state"] == "succeeded"
    stop(_forkserver(service))
    service.signal(signal.SIGTERM)
    assert service.wait() == 0
