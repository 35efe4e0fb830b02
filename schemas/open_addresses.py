"""Which addresses webhooks and fetches may reach: whoever submits a job must not make the service
call what only the service can reach."""

import ipaddress
from collections.abc import Sequence

from gristmill.schemas.problems.errors import SettingsError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_CLOUDS = frozenset({ipaddress.ip_address("168.63.129.16")})
"""Public by its number, yet it answers each virtual machine of Azure with what is its own."""
_EMBEDDING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
"""Of IPv6, whose last 32 bits are an address of IPv4: NAT64, and the old way to write one."""
_CLOSED = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10", "2001::/23"))
)
"""Which Python's tables, or those of older versions, take for public as a whole or in part: of
protocols, of a site's own NAT64, of a site."""


def networks_of(given: Sequence[str], setting: str = "webhook_allow") -> tuple[Network, ...]:
    """The networks that a setting names. Raises SettingsError."""
    try:
        return tuple(ipaddress.ip_network(each, strict=False) for each in given)
    except ValueError as error:
        raise SettingsError(f"{setting}: {error}; name networks such as 10.0.0.0/8") from None


def is_open(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether an address may be reached: a public one, or one of the networks that are allowed."""
    meant = _meant(address)
    if any(meant in network or address in network for network in allowed):
        return True
    if any(meant in network for network in _CLOSED) or meant in _CLOUDS:
        return False
    return meant.is_global and not meant.is_multicast


def literal(host: str) -> Address | None:
    """The address that a host is written as; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _meant(address: Address) -> Address:
    """The IPv4 address that one of IPv6 stands for, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if any(address in network for network in _EMBEDDING) and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    return inner or address
