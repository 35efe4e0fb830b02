"""Which connection goes when there are too many: a new client always gets in."""

import ipaddress
from collections import Counter
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeVar


class Rank(IntEnum):
    """What is lost when a connection is closed, least first."""

    IDLE = 0
    """Nothing: no request is under way."""
    HEAD = 1
    """A request that nobody has read, or that is on its way."""
    BODY = 2
    """What has come of a body."""
    SENDING = 3
    """An answer that its client has not read to the end."""
    SERVED = 4
    """The work on a request: never closed for this."""


class Connection(Protocol):
    """A connection."""

    @property
    def peer(self) -> str: ...

    def standing(self, now: float) -> tuple[Rank, float]: ...


_Connection = TypeVar("_Connection", bound=Connection)


class Caps(NamedTuple):
    """How many connections there may be, in all and of one peer."""

    most: int
    most_per_peer: int


def address_of(address: object) -> str:
    """The other end of a connection without its port; empty where it has no address."""
    return str(address[0]) if isinstance(address, tuple) else ""


def peer_of(address: object) -> str:
    """Whose address this is: an IPv4 address, or the 64 bits of an IPv6 one that its network
    gives to one customer."""
    host = str(address[0]) if isinstance(address, tuple) else str(address)
    if ":" not in host:
        return host
    try:
        known = ipaddress.IPv6Address(host)
    except ValueError:
        return host
    mapped = known.ipv4_mapped
    return str(mapped or ipaddress.IPv6Network((int(known) >> 64 << 64, 64)))


def one_too_many(
    connections: Iterable[_Connection], new: _Connection, caps: Caps, now: float
) -> _Connection | None:
    """Who has to go now that `new` has come, in its favour; None while there is room.

    Among those of its own peer where that has too many, else among those of the peer that has
    most: the one whose end loses least, and there the one that has been silent longest. `new`
    itself where all are being served.
    """
    everybody = list(connections)
    counts = Counter(each.peer for each in everybody)
    if counts[new.peer] > caps.most_per_peer:
        crowd = new.peer
    elif len(everybody) > caps.most:
        # All peers with as many: one that has few must not be shut out by order.
        crowd = counts.most_common(1)[0][0]
    else:
        return None
    others = [m for m in everybody if m.peer == crowd and m is not new]
    weakest = min(others, key=lambda each: each.standing(now), default=new)
    return new if weakest.standing(now)[0] is Rank.SERVED else weakest
