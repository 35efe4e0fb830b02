"""What is refused before a call of ours is reached, as waitress carries it: a request's `error`."""

from http import HTTPStatus

from gristmill.schemas.problems.errors import GristmillError
from gristmill.server import problems
from gristmill.server.access.entrance import OBEYED

_DETAILS = {
    413: "the body is over the limit of {limit} bytes (max_body_bytes)",
    500: "something went wrong on our side; the log of the server says more",
}


class Refused:
    """An answer with a status, the code of a problem, its document and headers, after which the
    connection ends."""

    def __init__(self, status: int, problem: str, body: bytes, headers: dict[str, str]) -> None:
        self.code, self.problem, self.document = status, problem, body
        self.headers = {**OBEYED, "Content-Type": problems.MEDIA_TYPE, **headers}
        self.reason = HTTPStatus(status).phrase
        self.body = ""


def refused(error: GristmillError) -> Refused:
    """The refusal that answers an error of ours."""
    return Refused(
        problems.status_of(error),
        error.code,
        problems.document_of(error),
        problems.headers_of(error),
    )


def protocol(status: int, detail: str) -> Refused:
    """The refusal of what is wrong with the HTTP itself."""
    code = problems.protocol_code(status)
    return Refused(status, code, problems.document(status, code, detail), {})


def waitress_detail(status: int, text: str, limit: int) -> str:
    """What to say of an error of waitress. Its text may quote the request: it is never a format
    itself."""
    return _DETAILS.get(status, "{text}").format(limit=limit, text=text)


def too_slow(what: str, seconds: float) -> Refused:
    """The refusal of a request that is not there in time."""
    return protocol(408, f"{what} of the request has not come within {seconds:g} s")
