"""The overview of a service whose workers run on other machines. The answers are as of one, told by
the test: a cluster is not what these pages are about."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from support.running import Service

Open = Callable[..., Any]
OVERVIEW = re.compile(r"(?<!/ui)/overview$")
WORKING: dict[str, Any] = {
    "name": "10.0.0.2:40001#1f2e3d4c5b6a7988",
    "address": "tls://10.0.0.2:40001",
    "state": "working",
    "version": "0.2.0",
    "workers": 4,
    "busy": 3,
    "silent_s": 0,
    "why": "",
}
REFUSED: dict[str, Any] = {
    **WORKING,
    "name": "10.0.0.3:40001",
    "address": "tls://10.0.0.3:40001",
    "state": "refused",
    "version": "",
    "workers": 0,
    "busy": 0,
    "why": "it has gristmill 0.1.0, the service 0.2.0: install the same version",
}
SILENT: dict[str, Any] = {
    **WORKING,
    "name": "10.0.0.4:40001#8897a6b5c4d3e2f1",
    "address": "tls://10.0.0.4:40001",
    "state": "leaving",
    "busy": 1,
    "silent_s": 42,
}
WORKER: dict[str, Any] = {
    "pid": 4711,
    "host": WORKING["name"],
    "cpu": 97,
    "memory": 250_000_000,
    "documents": 12,
    "job_id": "019abf3e-7c00-7d21-9f4e-5a1b2c3d4e5f",
    "uri": "reports/annual-report.pdf",
    "since": "2026-11-30T09:30:00Z",
    "stage": "parse",
    "page": 12,
}


def with_nodes(page: Any, service: Service, *nodes: dict[str, Any], **more: Any) -> None:
    """Have the overview say that these work for the service."""
    answer = {**service.http.get("/overview").json(), "nodes": nodes, **more}
    page.route(OVERVIEW, lambda route: route.fulfill(json=answer))
    page.goto("/ui/overview")
    page.get_by_text("In the last 24 hours").wait_for()


def test_nodes_are_told_with_what_is_wrong_with_them(open_page: Open, service: Service) -> None:
    page = open_page("/ui/jobs")
    with_nodes(page, service, WORKING, REFUSED, SILENT)
    panel = page.get_by_role("region", name="Nodes")
    panel.get_by_text("1 of 3 working").wait_for()
    working, refused, silent = panel.locator("tbody tr").all()
    assert working.locator("td").all_inner_texts() == [
        WORKING["name"],
        "working",
        "4",
        "3",
        "0.2.0",
    ]
    assert refused.locator(".bad").inner_text() == REFUSED["why"].capitalize()
    assert "silent for 42 s" in silent.inner_text()


def test_a_service_whose_workers_are_its_own_shows_no_nodes(
    open_page: Open, service: Service
) -> None:
    page = open_page("/ui/overview")
    page.get_by_role("heading", name="Workers").wait_for()
    assert page.get_by_role("region", name="Nodes").count() == 0
    with_nodes(page, service, nodes=None)
    page.get_by_role("heading", name="Workers").wait_for()
    assert page.get_by_role("region", name="Nodes").count() == 0


@pytest.mark.parametrize(("width", "color_scheme"), [(1280, "light"), (390, "dark")])
def test_the_panel_of_nodes_is_accessible_and_fits(
    open_page: Open, service: Service, sound: Any, width: int, color_scheme: str
) -> None:
    page = open_page("/ui/jobs", width=width, color_scheme=color_scheme)
    with_nodes(page, service, WORKING, REFUSED, SILENT, workers=[WORKER])
    page.get_by_role("region", name="Nodes").wait_for()
    sound(page, f"overview-nodes-{width}-{color_scheme}")
