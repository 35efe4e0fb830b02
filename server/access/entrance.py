"""What stands at the application's door: whoever has not passed the gate does so here, and every
answer, whatever it is, leaves with the headers that browsers obey."""

from collections.abc import Mapping

import falcon

from gristmill.server.access.gate import CALLER, Gate, head_of_environ

OBEYED: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer. `no-store` keeps no client from asking with the `ETag` that it remembers."""
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The policy of HTML: its own files, nothing inline, nobody else's."""
OF_OTHERS = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""The policy of HTML that was made of a document: it loads nothing, runs nothing, and is no page
of this service."""


class Entrance:
    """Falcon's middleware. `root_path` is put in front of what `Location` says."""

    def __init__(self, gate: Gate, root_path: str) -> None:
        self._gate, self._root_path = gate, root_path

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Raises what `Gate.enter` does."""
        caller = req.env.get(CALLER)
        if caller is None:
            caller = self._gate.enter(head_of_environ(req.env))
        req.context.caller = caller

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, succeeded: bool
    ) -> None:
        resp.set_headers(OBEYED)
        if cached := getattr(resp.context, "cached", None):
            resp.set_header("Cache-Control", cached)
        if (resp.content_type or "").startswith("text/html"):
            policy = OF_OTHERS if getattr(resp.context, "of_others", False) else PAGES
            resp.set_header("Content-Security-Policy", policy)
            # Whoever has opened it in a window keeps no hand on it.
            resp.set_header("Cross-Origin-Opener-Policy", "same-origin")
        location = resp.get_header("Location")
        self._gate.audit.note(req, resp, location)
        if self._root_path and location and location.startswith("/"):
            resp.set_header("Location", self._root_path + location)
