"""A server's problem document as the error that it stands for."""

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

import msgspec

from gristmill.client.http_client import httpx
from gristmill.schemas import problems
from gristmill.schemas.problems.errors import DocumentError, GristmillError, Unavailable


class ServerProblem(GristmillError):
    """The server refused, for a reason that this version has no class for. `reason` is the code
    that it gave, empty where it gave none."""

    code = "server_problem"
    reason: str = ""


class _Problem(msgspec.Struct, frozen=True):
    code: str
    detail: str
    job_id: str | None = None
    documents: int | None = None


def error_of(response: httpx.Response, called: str = "--server") -> GristmillError:
    """The error behind an answer of 400 or more: its class by the problem's stable code. `called`
    is what people set the server's address with. What may be cured by a later try says after how
    many seconds, as the server did."""
    error = _error_of(response, called)
    told = response.headers.get("Retry-After", "")
    if isinstance(error, Unavailable) and told.isdecimal():
        error.retry_after = int(told)
    return error


def _error_of(response: httpx.Response, called: str) -> GristmillError:
    error = error_in(response.content)
    if error is not None:
        return error
    status = f"{response.status_code} {response.reason_phrase}".strip()
    message = f"{response.url.host} answered {status}, which is not Gristmill's; check {called}"
    return Unavailable(message) if response.status_code >= 500 else ServerProblem(message)


def error_in(document: bytes) -> GristmillError | None:
    """The error that a problem document stands for; None where it is none."""
    try:
        problem = msgspec.json.decode(document, type=_Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    kind = _by_code().get(problem.code, ServerProblem)
    told = {"job_id": problem.job_id, "documents": problem.documents}
    error = kind(
        problem.detail, **{name: value for name, value in told.items() if value is not None}
    )
    if isinstance(error, ServerProblem):
        error.reason = problem.code
    return error


def _kinds(kind: type[GristmillError]) -> Iterator[type[GristmillError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


@cache
def _by_code() -> Mapping[str, type[GristmillError]]:
    """Every class there is, whether anybody has imported its module before or not."""
    for module in pkgutil.iter_modules(problems.__path__, f"{problems.__name__}."):
        import_module(module.name)
    return {kind.code: kind for kind in _kinds(GristmillError) if kind is not DocumentError}
