"""The one way in: the wall, then the key, then how often. The event loop's fast lane and the
application both ask here, and whoever asked first says so to the other (`CALLER`)."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.problems.access_errors import CrossOrigin, TooManyRequests
from gristmill.server.access.audit import Audit
from gristmill.server.access.caller import ARRIVING, Caller
from gristmill.server.access.keys import KeyRing
from gristmill.server.access.page_paths import is_page_path
from gristmill.server.access.quotas import Rates
from gristmill.server.access.sessions import session_in
from gristmill.server.access.wall import is_loopback, judge, wall_of
from gristmill.storage.records.audit_log import AuditLog
from gristmill.storage.stores import Stores

CALLER = "gristmill.caller"
"""Where the environment has who asks, once that is known (`fast_lane`)."""
_READS = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({None, "none", "same-origin"})


class Head(NamedTuple):
    """What of a request says who sent it. `peer` is an address, without its port; `reads`: the
    method changes nothing."""

    host: str | None
    origin: str | None
    site: str | None
    authorization: str | None
    peer: str
    cookie: str | None = None
    reads: bool = False
    opens_page: bool = False
    """Somebody follows a link, in a tab, to what may be a page of ours."""


def head_of(headers: Mapping[str, Any], peer: str) -> Head:
    """From headers by their names in capitals with `_`, as waitress has them."""
    get = headers.get
    return Head(
        get("HOST"),
        get("ORIGIN"),
        get("SEC_FETCH_SITE"),
        _authorization(get("AUTHORIZATION"), get("X_API_KEY")),
        peer,
        get("COOKIE"),
    )


def head_of_environ(environ: Mapping[str, Any]) -> Head:
    """From the environment of a WSGI application."""
    get = environ.get
    return Head(
        get("HTTP_HOST"),
        get("HTTP_ORIGIN"),
        get("HTTP_SEC_FETCH_SITE"),
        _authorization(get("HTTP_AUTHORIZATION"), get("HTTP_X_API_KEY")),
        get("REMOTE_ADDR") or "",
        get("HTTP_COOKIE"),
        get("REQUEST_METHOD") in _READS,
        _opens_page(environ),
    )


def _authorization(given: str | None, api_key: str | None) -> str | None:
    """Clients of docling-serve have a header of their own for the key."""
    return given if given or not api_key else f"Bearer {api_key}"


def _opens_page(environ: Mapping[str, Any]) -> bool:
    get = environ.get
    way = (get("HTTP_SEC_FETCH_MODE"), get("HTTP_SEC_FETCH_DEST"))
    return (
        way == ("navigate", "document")
        and get("REQUEST_METHOD") in _READS
        and "HTTP_ORIGIN" not in environ
        and is_page_path(get("PATH_INFO") or "/")
    )


def is_own_page(head: Head) -> bool:
    """Whether the browser says that a page of ours sent this, or its user; only then its cookie
    counts. The wall has judged `Origin`: what changes something has one, or says its site. A read
    that says neither (plain HTTP in a network) has the cookie because `SameSite` let it pass."""
    if head.site not in _OWN_SITES:
        return False
    return head.reads or head.origin is not None or head.site == "same-origin"


def _session(head: Head) -> str | None:
    """The session that counts. A key in the header comes first; what a proxy's own passwords leave
    there is none."""
    if head.cookie is None or (head.authorization or "")[:7].lower() == "bearer ":
        return None
    return session_in(head.cookie, head.host) if is_own_page(head) else None


class Gate:
    """Says who a request is of. One for a process, safe from any thread."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._wall = wall_of(settings.host, settings.allow_hosts)
        self._keys = KeyRing(stores.tokens)
        self._rates = Rates(settings.quota_requests_per_s)
        self._by_address = settings.quota_waiting_jobs > 0
        log = AuditLog(stores.folder, settings.audit_mb * MIB)
        self.audit = Audit(log, reads=settings.audit_reads == "yes")

    def enter(self, head: Head) -> Caller:
        """Who asks. Counts as one request. Raises HostNotAllowed, CrossOrigin, TooManyRequests,
        and StorageFailed where nobody can know the keys. Whoever follows a link from elsewhere to
        a page is nobody yet (ARRIVING)."""
        kept_out = judge(self._wall, head.host, head.origin, head.site)
        if kept_out is not None:
            kind, message = kept_out
            if kind is CrossOrigin and head.opens_page:
                self._count(ARRIVING, head.peer)
                return ARRIVING
            raise kind(message)
        caller = self.who(head)
        self._count(caller, head.peer)
        if self._by_address and caller.name is None and not is_loopback(head.peer):
            return caller._replace(address=head.peer)
        return caller

    def who(self, head: Head) -> Caller:
        """Whose key or session it is now, of whoever was let in. Raises StorageFailed, OSError
        where nobody can know the keys."""
        session = _session(head)
        if session is None:
            return self._keys.caller(head.authorization)
        return self._keys.caller_in(session)

    def session(self, token: str) -> str | None:
        """A session for whoever has the token of a valid key; None for others."""
        return self._keys.session(token)

    def limited(self, caller: Caller, peer: str) -> str | None:
        """Whose quotas a caller uses up, in words; None for loopback without a key, which has
        none."""
        if caller.name is not None:
            return f"the key {caller.name!r}"
        return None if is_loopback(peer) else f"the address {peer}"

    def _count(self, caller: Caller, peer: str) -> None:
        if not self._rates.limits or (who := self.limited(caller, peer)) is None:
            return
        if wait := self._rates.take(who):
            raise TooManyRequests(
                f"{who} asks more often than it may (quota_requests_per_s)", math.ceil(wait)
            )
