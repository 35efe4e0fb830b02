"""The address of a host: its name is resolved once, and what was looked at is what is called.
So a name that leads elsewhere a moment later leads nowhere."""

import ipaddress
import socket
import threading
from collections.abc import Sequence
from typing import NamedTuple

from gristmill.schemas.open_addresses import Address, Network, is_open

_RESOLVE_S = 5.0


class AddressRefused(Exception):
    """The host may not be reached, or its name leads nowhere. Says why, for people. `passing`: the
    name may be found later."""

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


class Reach(NamedTuple):
    """What may be called besides public addresses: the networks that a `setting` names."""

    allowed: Sequence[Network]
    setting: str


def resolved(host: str, port: int, reach: Reach, within_s: float = _RESOLVE_S) -> tuple[str, int]:
    """An address of a host, and its port. Raises AddressRefused where one of its addresses may not
    be reached: a name that has both kinds is made to deceive."""
    found = _looked_up(host, port, within_s)
    for address in found:
        if not is_open(address, reach.allowed):
            raise AddressRefused(
                f"{host} is at {address}, which is no public address ({reach.setting} names "
                "networks that may be called)"
            )
    return str(found[0]), port


def _looked_up(host: str, port: int, within_s: float) -> list[Address]:
    """The resolver of the system knows no deadline: it is waited for, and then left alone."""
    found = list[Address]()
    trouble = list[str]()

    def look() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(ipaddress.ip_address(str(e[4][0]).partition("%")[0]) for e in entries)
        except (OSError, UnicodeError, ValueError) as error:
            trouble.append(str(error))

    thread = threading.Thread(target=look, name="host-name", daemon=True)
    thread.start()
    thread.join(within_s)
    if not found or thread.is_alive():
        why = trouble[0] if trouble else f"no answer within {within_s:g} s"
        raise AddressRefused(f"the name {host} leads nowhere: {why}", passing=True)
    return list(dict.fromkeys(found))
