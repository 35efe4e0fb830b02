"""To come in with a key, and to leave."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, quote

import falcon

from gristmill.server.access.caller import Caller
from gristmill.server.access.gate import Gate
from gristmill.server.access.sessions import LASTS_S, cookie_name
from gristmill.server.pages.book import SIGN_IN, TOP
from gristmill.server.pages.templates import render

_MOST_BYTES = 4096
_FORM = "application/x-www-form-urlencoded"
_WRONG = "This key opens nothing: it is misspelt, revoked or expired."


def signing_in_first(req: falcon.Request, resp: falcon.Response) -> None:
    """Send a stranger to where keys are taken, and back afterwards."""
    wanted = req.path + (f"?{req.query_string}" if req.query_string else "")
    _go(req, resp, f"{SIGN_IN}?next={quote(wanted, safe='/')}")


class SignIn:
    """Takes a key, and gives the browser a session of it."""

    def __init__(self, gate: Gate, root_path: str) -> None:
        self._gate, self._root_path = gate, root_path

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        caller: Caller = req.context.caller
        if caller.is_stranger:
            self._show(req, resp, req.get_param("next") or "")
        else:
            _go(req, resp, "/")

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        req.context.call = "sign_in"
        given = _fields(req)
        wanted = given.get("next", "")
        session = self._gate.session(given.get("key", "").strip())
        if session is None:
            self._show(req, resp, wanted, _WRONG)
            resp.status = 401
            return
        resp.set_cookie(
            cookie_name(req.get_header("Host")),
            session,
            max_age=LASTS_S,
            path=_cookie_path(req, self._root_path),
            secure=_is_https(req),
            http_only=True,
            same_site="Strict",
        )
        _go(req, resp, wanted if _is_page(wanted) else "/")

    def _show(
        self, req: falcon.Request, resp: falcon.Response, wanted: str, wrong: str | None = None
    ) -> None:
        resp.data = render(
            "sign_in.html", root=self._root_path or req.root_path, wanted=wanted, wrong=wrong
        )
        resp.content_type = "text/html; charset=utf-8"


class SignOut:
    """Ends the session of this browser."""

    def __init__(self, root_path: str) -> None:
        self._root_path = root_path

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        req.context.call = "sign_out"
        resp.set_cookie(
            cookie_name(req.get_header("Host")),
            "",
            expires=datetime(1970, 1, 1, tzinfo=UTC),
            path=_cookie_path(req, self._root_path),
            secure=_is_https(req),
            http_only=True,
            same_site="Strict",
        )
        _go(req, resp, SIGN_IN)


def _fields(req: falcon.Request) -> dict[str, str]:
    """The fields of a small form; of anything else, none."""
    if (req.content_type or "").partition(";")[0].strip().lower() != _FORM:
        return {}
    data = req.bounded_stream.read(_MOST_BYTES)
    return {name: values[-1] for name, values in parse_qs(data.decode(errors="replace")).items()}


def _is_page(path: str) -> bool:
    """Whether a path leads to a page of ours, and not by some spelling to another host."""
    return path.startswith(f"{TOP}/") and "\\" not in path and path.isprintable()


def _is_https(req: falcon.Request) -> bool:
    """Whether the browser came by TLS, as it says itself: the wall has judged its `Origin`."""
    return req.scheme == "https" or (req.get_header("Origin") or "").startswith("https:")


def _cookie_path(req: falcon.Request, root_path: str) -> str:
    return root_path or req.root_path or "/"


def _go(req: falcon.Request, resp: falcon.Response, path: str) -> None:
    # The root path is put in front by the entrance, that of a mount is not.
    resp.status = 303
    resp.set_header("Location", f"{req.root_path}{path}")
