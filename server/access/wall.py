"""The wall against web pages: a browser on this machine must not be made to use the service.

Two ways lead there. A page of another origin sends a request (the browser says so in `Origin` or
`Sec-Fetch-Site`), or the page's own name is made to point here, and then `Host` has that name.
What is no browser sends no such headers, and names the host that it was told.
"""

import ipaddress
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from gristmill.schemas.problems.access_errors import CrossOrigin, HostNotAllowed
from gristmill.schemas.problems.errors import GristmillError

_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_QUOTED_CHARS = 100


class Wall(NamedTuple):
    """The hosts that are this service. `names` are those that somebody has named, in lower case;
    `literals`: whether any address is one, as where the service listens on more than loopback. A
    page cannot have an address for its name, so an address says that it was typed."""

    names: frozenset[str]
    literals: bool


def wall_of(host: str, allow_hosts: list[str]) -> Wall:
    """The wall of a service that listens on `host`."""
    bound = host.strip("[]").lower()
    named = {bound} - _EVERYWHERE | {_bare(each) for each in allow_hosts}
    return Wall(frozenset(named), not is_loopback(bound))


@lru_cache(maxsize=256)
def judge(
    wall: Wall, host: str | None, origin: str | None, site: str | None
) -> tuple[type[GristmillError], str] | None:
    """Why a request with these headers is kept out, as an error and its message; None where it is
    not. `site` is `Sec-Fetch-Site`."""
    if host is not None and not _is_ours(wall, _bare(host)):
        return HostNotAllowed, (
            f"this service is not called {host[:_QUOTED_CHARS]!r}; use one of its addresses, or "
            "name this host with --allow-host"
        )
    known = origin is not None and _is_known(wall, host, origin)
    if (origin is not None and not known) or site == "cross-site":
        return CrossOrigin, (
            f"a web page of {(origin or 'another site')[:_QUOTED_CHARS]} sent this; the service "
            "answers no pages but its own"
        )
    if site == "same-site" and not known:
        return CrossOrigin, "a web page of a neighbouring host sent this"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host can only be reached from this machine."""
    if host == "localhost":
        return True
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    return address is not None and address.is_loopback


def _is_ours(wall: Wall, name: str) -> bool:
    if name in wall.names or is_loopback(name):
        return True
    return wall.literals and _address(name) is not None


def _is_known(wall: Wall, host: str | None, origin: str) -> bool:
    """Whether an origin is the service as it was addressed, or a host that somebody has named. A
    loopback name is not enough: other programs of this machine have pages, too."""
    try:
        parts = urlsplit(origin)
        name, port = parts.hostname, parts.port
    except ValueError:
        return False
    default = _DEFAULT_PORTS.get(parts.scheme)
    if default is None or not name:
        return False
    if host is not None and (name, str(port or default)) == _split(host, default):
        return True
    return name in wall.names and not is_loopback(name)


def _split(host: str, default: str) -> tuple[str, str]:
    name, colon, port = host.rpartition(":")
    if not colon or port.endswith("]"):
        name, port = host, default
    return name.strip("[]").lower(), port or default


def _bare(host: str) -> str:
    """A host without its port, in lower case; an impossible one as it is."""
    name, port = _split(host.strip(), "0")
    return name if port.isdecimal() else host.lower()


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
