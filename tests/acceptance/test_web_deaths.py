"""Web processes may die or stand still as they like: the service goes on."""

import contextlib
from collections.abc import Callable

import httpx
import psutil
import pytest
from support.running import Service, stop, text, until

MakeService = Callable[..., Service]


def _web(service: Service) -> psutil.Process | None:
    for child in psutil.Process(service.pid).children():
        with contextlib.suppress(psutil.Error):
            if "--ready-fd" in child.cmdline():
                return child
    return None


def _answers(service: Service) -> bool:
    try:
        return service.http.get("/healthz", timeout=1.0).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.slow
def test_web_deaths_in_a_row_do_not_end_the_service_and_are_said(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    for _ in range(3):
        web = until(lambda: _web(service), "a web process")
        assert web is not None
        web.kill()
        until(lambda: _web(service) != web, "its end")  # noqa: B023
    until(lambda: _answers(service), "an answer")
    refused = service.http.get("/readyz")
    assert (refused.status_code, refused.json()["code"]) == (503, "web_failing")
    assert "web-1 died 3 times" in refused.json()["detail"]
    assert service.ended(service.accepted(text("The mill turns.")))["state"] == "succeeded"


@pytest.mark.slow
def test_who_is_told_that_it_listens_finds_it_ready_and_a_stopped_web_process_is_replaced(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    assert service.http.get("/readyz").status_code == 200
    stopped = _web(service)
    assert stopped is not None
    stop(stopped)
    until(lambda: _answers(service), "an answer")
    assert not stopped.is_running()
    assert service.ended(service.accepted(text("The mill turns.")))["state"] == "succeeded"
