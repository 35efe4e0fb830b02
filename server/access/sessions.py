"""What a browser keeps of an API key: a session, which opens the service for a while.

A session names its key and when it ends, signed with the key's digest: every web process can check
it, it ends with its key, and whoever reads it cannot make the key of it.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from http.cookies import CookieError, SimpleCookie

from gristmill.schemas.access import ApiKey

LASTS_S = 7 * 24 * 3600
_MOST_CHARS = 8192


def cookie_name(host: str | None) -> str:
    """The name of the cookie at a host. Browsers keep no ports apart, so the name does: two
    services of one machine are signed into at once."""
    port = (host or "").rpartition(":")[2]
    return f"gristmill-{port}" if port.isdecimal() else "gristmill"


def session_of(key: ApiKey, now: datetime) -> str:
    """A session for the holder of `key`."""
    name = urlsafe_b64encode(key.name.encode()).decode().rstrip("=")
    said = f"{name}.{int(now.timestamp()) + LASTS_S}"
    return f"{said}.{_signature(key, said)}"


def holder_of(session: str, keys: Iterable[ApiKey], now: datetime) -> ApiKey | None:
    """The key that a session is of; None for one that is over, or that nobody was given."""
    said, _, signature = session.rpartition(".")
    name, _, ends = said.partition(".")
    try:
        # A number of thousands of digits is a ValueError, too.
        over = not ends.isascii() or not ends.isdecimal() or int(ends) <= now.timestamp()
        wanted = urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except ValueError:
        return None
    if over:
        return None
    for key in keys:
        if key.name == wanted and key.usable(now):
            expected = _signature(key, said).encode()
            return key if hmac.compare_digest(expected, signature.encode()) else None
    return None


def session_in(cookies: str, host: str | None) -> str | None:
    """The session in a `Cookie` header."""
    if len(cookies) > _MOST_CHARS:
        return None
    try:
        found = SimpleCookie(cookies).get(cookie_name(host))
    except CookieError:
        return None
    return found.value if found is not None else None


def _signature(key: ApiKey, said: str) -> str:
    return hmac.new(key.digest.encode(), f"session.{said}".encode(), "sha256").hexdigest()
