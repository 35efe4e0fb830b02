"""What all calls have in common: routes, problems, health."""

import logging

import pytest
from falcon.testing import Result
from support.http_app import HttpApp

from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.server.calls.tables.table import CALLS


def problem(answer: Result, status: int, code: str) -> Result:
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text
    return answer


def test_an_unknown_route_is_a_404_problem(service: HttpApp) -> None:
    assert "/nowhere" in problem(service.http.simulate_get("/nowhere"), 404, "not_found").text


@pytest.mark.parametrize(("method", "path"), [("PUT", "/ingest"), ("POST", "/documents/x")])
def test_a_wrong_method_is_a_405_that_names_the_right_ones(
    service: HttpApp, method: str, path: str
) -> None:
    answer = problem(service.http.simulate_request(method, path), 405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_an_unexpected_error_is_a_500_with_an_incident_that_the_log_has(
    service: HttpApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(service.client, "stats", broken)
    with caplog.at_level(logging.ERROR):
        answer = problem(service.http.simulate_get("/readyz"), 500, "internal")
    assert "secret detail" not in answer.text
    assert answer.json["incident"] in answer.json["detail"]
    (record,) = caplog.records
    assert answer.json["incident"] in record.getMessage()
    assert record.exc_info and record.exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (LibraryFault.FULL, 503, "storage_full"),
        (LibraryFault.DENIED, 503, "storage_failed"),
        (LibraryFault.FAILED, 503, "storage_failed"),
        (LibraryFault.OTHER, 500, "internal"),
    ],
)
def test_a_library_that_fails_is_a_503_and_a_wrong_statement_is_our_fault(
    service: HttpApp,
    monkeypatch: pytest.MonkeyPatch,
    fault: LibraryFault,
    status: int,
    code: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise LibraryTrouble("it failed", fault=fault)

    monkeypatch.setattr(
        "gristmill.storage.library.sqlite.deadline.TimedLibrary.documents_page", fails
    )
    answer = problem(service.http.simulate_get("/documents"), status, code)
    assert ("retry-after" in answer.headers) == (status == 503)


def test_liveness_needs_no_supervisor_and_readiness_does(service: HttpApp) -> None:
    assert service.http.simulate_get("/readyz").json["status"] == "ready"
    service.client.draining = True
    problem(service.http.simulate_get("/readyz"), 503, "draining")
    service.client.away = True
    problem(service.http.simulate_get("/readyz"), 503, "supervisor_away")
    assert service.http.simulate_get("/healthz").json == {"status": "ok"}


def test_the_index_names_calls_that_exist(service: HttpApp) -> None:
    answer = service.http.simulate_get("/")
    assert answer.json["calls"] == {call.name: call.template_below("") for call in CALLS}
    for call in answer.json["calls"].values():
        method, path = call.split("{?")[0].split(" ")
        path = path.replace("{job_id}", "x").replace("{document_id}", "x")
        answer = service.http.simulate_request(method, path)
        assert answer.status_code not in (405, 500), call
        assert answer.status_code != 404 or answer.json["code"] != "not_found", call


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/search", "/documents", "/export"])
def test_every_call_refuses_a_parameter_that_it_does_not_know(service: HttpApp, path: str) -> None:
    answer = service.http.simulate_get(path, params={"colection": "c"})
    problem(answer, 400, "unknown_parameter")


def test_a_trailing_slash_and_head_do_no_harm(service: HttpApp) -> None:
    assert service.http.simulate_get("/healthz/").status_code == 200
    head = service.http.simulate_head("/healthz")
    assert (head.status_code, head.content) == (200, b"")
