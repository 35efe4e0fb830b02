"""Problem documents of a server become the errors that they stand for."""

import httpx
import pytest

from gristmill.cli.terminal.exit_codes import ExitCode, exit_code
from gristmill.client.problems import ServerProblem, error_of
from gristmill.schemas.problems import errors


def answer(status: int, **kinds: object) -> httpx.Response:
    request = httpx.Request("GET", "http://example/")
    return httpx.Response(status, request=request, **kinds)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "kind", "exit_with"),
    [
        ("job_not_found", errors.JobNotFound, ExitCode.NOT_FOUND),
        ("queue_full", errors.QueueFull, ExitCode.UNAVAILABLE),
        ("duplicate_job", errors.DuplicateJob, ExitCode.FAILED),
        ("invalid_cursor", errors.InvalidCursor, ExitCode.USAGE),
        ("of_a_later_version", ServerProblem, ExitCode.FAILED),
        ("document_failed", ServerProblem, ExitCode.FAILED),
    ],
)
def test_a_problem_is_the_error_with_its_code(
    code: str, kind: type[errors.GristmillError], exit_with: ExitCode
) -> None:
    error = error_of(answer(409, json={"code": code, "detail": "why", "job_id": "J"}))
    assert type(error) is kind
    assert (error.message, error.extra) == ("why", {"job_id": "J"})
    assert exit_code(error) is exit_with


@pytest.mark.parametrize("body", [b"<h1>Bad Gateway</h1>", b"\xff", b"[]", b""])
def test_what_is_no_problem_document_blames_the_server(body: bytes) -> None:
    error = error_of(answer(502, content=body))
    assert type(error) is errors.Unavailable
    assert "502" in error.message
