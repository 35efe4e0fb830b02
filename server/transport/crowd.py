"""Which connection goes when there are too many: a new client always gets in."""

import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterable
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeVar


class Rank(IntEnum):
    """What is lost when a connection is closed, least first."""

    IDLE = 0
    """Nothing: no request is under way."""
    HEAD = 1
    """A request that nobody has read."""
    BODY = 2
    """What has come of a body."""
    SENDING = 3
    """An answer that its client has not read to the end, or a connection that came just now."""
    SERVED = 4
    """The work on a request: never closed for this."""


_AHEAD = 25
"""Of so many connections that a peer may have, one may go ahead of its turn."""
_SILENT_S = 1.0
"""And only one on which no whole head has come, nor anything for so long."""


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


def _is_next(each: Connection, now: float) -> bool:
    rank, since = each.standing(now)
    return rank <= Rank.HEAD and now - since > _SILENT_S


def too_many(
    connections: Iterable[_Connection], new: Collection[_Connection], caps: Caps, now: float
) -> list[_Connection]:
    """Who has to go now that `new`, which are among them, have come.

    As many of each peer as it has too many, then of the peers that have most: those whose end
    loses least, and there those that have been silent longest. None of `new`, unless all others
    are being served. All at once, and of a peer that has too many some more who would be the next
    to go: in a crowd each look at everybody is dear.
    """
    crowds: dict[str, list[_Connection]] = defaultdict(list)
    for each in connections:
        crowds[each.peer].append(each)
    surplus = sum(map(len, crowds.values())) - caps.most
    newcomers = set(map(id, new))

    def worth(each: _Connection) -> tuple[bool, bool, tuple[Rank, float]]:
        standing = each.standing(now)
        return standing[0] is Rank.SERVED, id(each) in newcomers, standing

    leaving: list[_Connection] = []
    ahead = caps.most_per_peer // _AHEAD
    for crowd in crowds.values():
        if (over := len(crowd) - caps.most_per_peer) > 0:
            crowd.sort(key=worth)
            going = crowd[:over]
            going += [each for each in crowd[over : over + ahead] if _is_next(each, now)]
            leaving += going
            del crowd[: len(going)]
    for _ in range(surplus - len(leaving)):
        # All peers with as many: one that has few must not be shut out by order.
        crowd = max(crowds.values(), key=len)
        weakest = min(crowd, key=worth)
        leaving.append(weakest)
        crowd.remove(weakest)
    return leaving
