"""The address of a receiver: its name is resolved once, and what was looked at is what is called.
So a name that leads elsewhere a moment later leads nowhere."""

import ipaddress
import socket
import threading
from collections.abc import Sequence

from gristmill.schemas.open_addresses import Address, Network, is_open

_RESOLVE_S = 5.0


class AddressRefused(Exception):
    """The receiver may not be reached, or its name leads nowhere. Says why, for people."""


def resolved(host: str, port: int, allowed: Sequence[Network]) -> tuple[str, int]:
    """An address of a host, and its port. Raises AddressRefused where one of its addresses may not
    be reached: a name that has both kinds is made to deceive."""
    found = _looked_up(host, port)
    for address in found:
        if not is_open(address, allowed):
            raise AddressRefused(
                f"{host} is at {address}, which is no public address (webhook_allow names "
                "networks that may be called)"
            )
    return str(found[0]), port


def _looked_up(host: str, port: int) -> list[Address]:
    """The resolver of the system knows no deadline: it is waited for, and then left alone."""
    found = list[Address]()
    trouble = list[str]()

    def look() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(ipaddress.ip_address(str(e[4][0]).partition("%")[0]) for e in entries)
        except (OSError, UnicodeError, ValueError) as error:
            trouble.append(str(error))

    thread = threading.Thread(target=look, name="webhook-name", daemon=True)
    thread.start()
    thread.join(_RESOLVE_S)
    if not found or thread.is_alive():
        why = trouble[0] if trouble else f"no answer within {_RESOLVE_S:g} s"
        raise AddressRefused(f"the name {host} leads nowhere: {why}")
    return list(dict.fromkeys(found))
