"""Where a service is, how it is spoken to, and what it means that nobody answers."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from gristmill.client.credentials import checked_key, key_from_environment
from gristmill.client.http_client import certificates_for, httpx
from gristmill.client.patience import Setback
from gristmill.client.problems import error_of
from gristmill.schemas.problems.errors import GristmillError, InvalidRequest, Unavailable

SERVER_VARIABLE, SERVER = "GRISTMILL_SERVER", "http://127.0.0.1:8000"
PATIENCE_S, TIMEOUT_S = 30.0, 60.0
_CONNECT_S = 5.0
_PROXIES = (502, 503, 504)
"""What a proxy says that has not reached the service, or has lost it. The service's own 503 has
`Retry-After`."""


class Connection(NamedTuple):
    """The address of a service, a key for it, and for how many seconds it is asked again. `called`
    is what people set the address with."""

    url: str
    key: str | None
    timeout_s: float
    patience_s: float
    called: str

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """As both clients of httpx take them; what is `given` goes before ours. Raises
        InvalidRequest for what is no URL."""
        try:
            url = httpx.URL(self.url)
        except (httpx.InvalidURL, ValueError) as error:
            raise InvalidRequest(f"{self.called} {self.url!r} is no URL: {error}") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise InvalidRequest(
                f"{self.called} {self.url!r} is no URL such as http://127.0.0.1:8000"
            )
        ours = {
            "base_url": url,
            "timeout": httpx.Timeout(self.timeout_s, connect=min(_CONNECT_S, self.timeout_s)),
            "verify": given.get("verify") or certificates_for(self.url),
        }
        key = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        return {**ours, **given, "headers": {**key, **given.get("headers", {})}}

    def error_of(self, outcome: httpx.Response | httpx.HTTPError) -> GristmillError:
        """What became of a request that got no answer that is one; an answer has been read."""
        if isinstance(outcome, httpx.Response):
            return error_of(outcome, self.called)
        if isinstance(outcome, httpx.ConnectError):
            return Unavailable(f"no server answers at {self.url}; start one with `gristmill serve`")
        what = str(outcome) or type(outcome).__name__
        return Unavailable(f"the connection to {self.url} failed: {what}")

    def no_answer(self, response: httpx.Response) -> Unavailable:
        """The error where an answer cannot be read."""
        return Unavailable(
            f"{response.url.host} answered something that is not Gristmill's; check {self.called}"
        )


def connection(
    server: str | None,
    key: str | None,
    timeout_s: float,
    patience_s: float,
    called: str,
) -> Connection:
    """To a URL, or to a host and port; what is None is taken from the environment. Raises
    InvalidRequest."""
    given = os.environ.get(SERVER_VARIABLE) or SERVER if server is None else server
    if not isinstance(given, str):
        raise InvalidRequest(f"{called} must be a URL such as {SERVER}, not {given!r}")
    for name, seconds, least in (("timeout_s", timeout_s, 0.001), ("patience_s", patience_s, 0.0)):
        if not isinstance(seconds, int | float) or not seconds >= least:
            raise InvalidRequest(f"{name} must be a number of seconds, not {seconds!r}")
    used = key_from_environment() if key is None else checked_key(key, "key")
    url = given if "://" in given else f"http://{given}"
    return Connection(url, used, timeout_s, patience_s, called)


def setback_of(outcome: httpx.Response | httpx.HTTPError) -> Setback | None:
    """Why a later try may be answered; None where it would be answered the same."""
    if isinstance(outcome, httpx.HTTPError):
        return Setback(isinstance(outcome, httpx.ConnectError | httpx.ConnectTimeout))
    after = outcome.headers.get("Retry-After", "")
    if outcome.status_code in (429, 503) and after.isdecimal():
        return Setback(unsent=True, after_s=float(after))
    return Setback(unsent=False) if outcome.status_code in _PROXIES else None
