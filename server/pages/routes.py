"""From pages to Falcon's routes."""

from typing import Any
from urllib.parse import quote

import falcon

from gristmill.server.access.caller import ARRIVING, Caller
from gristmill.server.access.gate import Gate
from gristmill.server.pages.assets import CACHED, TYPES, assets
from gristmill.server.pages.book import OVERVIEW, PAGES, SIGN_IN, SIGN_OUT, STATIC, Page
from gristmill.server.pages.signing_in import SignIn, SignOut, signing_in_first
from gristmill.server.pages.templates import render

HTML = "text/html"


class Landing:
    """Falcon's middleware: a browser that opens the service gets the overview, and programs the
    index of calls, from the same address. Whoever follows a link from elsewhere gets neither, but
    the way on: what our own page then asks for is asked by us."""

    def __init__(self, root_path: str) -> None:
        self._root_path = root_path

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        if req.context.caller is ARRIVING:
            root = self._root_path or req.root_path
            wanted = quote(req.path) + (f"?{req.query_string}" if req.query_string else "")
            resp.data = render("arriving.html", root=root, wanted=root + wanted)
            resp.content_type = f"{HTML}; charset=utf-8"
            resp.complete = True
        elif req.path == "/" and req.method in ("GET", "HEAD") and _wants_page(req):
            req.path = OVERVIEW.path


def add_pages(app: "falcon.App[Any, Any]", gate: Gate, root_path: str) -> None:
    """Let `app` show the pages, below `root_path` as browsers see it."""
    app.add_middleware(Landing(root_path))
    app.add_route(STATIC, _Asset())
    app.add_route(SIGN_IN, SignIn(gate, root_path))
    app.add_route(SIGN_OUT, SignOut(root_path))
    for page in PAGES:
        app.add_route(page.path, _Shown(page, root_path))


class _Shown:
    """A page."""

    def __init__(self, page: Page, root_path: str) -> None:
        self._page, self._root_path = page, root_path

    def on_get(self, req: falcon.Request, resp: falcon.Response, **fields: str) -> None:
        caller: Caller = req.context.caller
        if caller.is_stranger:
            signing_in_first(req, resp)
            return
        caller.expect(self._page.scope)
        resp.data = render(
            "page.html",
            page=self._page,
            root=self._root_path or req.root_path,
            scopes=caller.scopes,
            can=" ".join(sorted(scope.value for scope in caller.scopes)),
            key=caller.name,
            bound=caller.collections is not None,
        )
        resp.content_type = f"{HTML}; charset=utf-8"

    on_head = on_get


class _Asset:
    """A file of the pages. There is nothing in it that a stranger may not have."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, version: str, name: str) -> None:
        known = assets()
        data = known.files.get(name)
        if data is None:
            raise falcon.HTTPNotFound
        resp.data = data
        resp.content_type = TYPES[name[name.rindex(".") :]]
        if version == known.version:
            resp.context.cached = CACHED


def _wants_page(req: falcon.Request) -> bool:
    """Whether HTML is named outright: what takes anything is a program."""
    return HTML in req.accept and req.client_prefers(["application/json", HTML]) == HTML
