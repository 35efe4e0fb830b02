"""What the event loop waits for: waitress' own way, but that nobody is asked in vain.

waitress asks each connection in each turn what it waits for, and tells the system all of it anew:
of 1,000 connections on which nothing moves that takes 3 ms, and an answer takes some turns. Here a
connection that waits for its client alone rests, until something comes on it or all are roused.
"""

import select
from typing import Any

from waitress import wasyncore

from gristmill.server.transport.channel import Channel

_READ = select.POLLIN | select.POLLPRI


class Poller:
    """For `connections` by their descriptors, and for one thread: that of the loop. Whatever
    changes in a connection that rests, beside what comes on it, counts once it was roused."""

    def __init__(self, connections: dict[int, Any]) -> None:
        self._connections = connections
        self._resting: set[int] = set()
        self._waiting: dict[int, int] = {}
        self._system = select.poll()

    def rouse(self) -> None:
        """Ask everybody in the next turn."""
        self._resting.clear()

    def ask(self, descriptor: int) -> None:
        """Ask this one in the next turn: it is a new connection, on a descriptor that another one
        may have had, or there is something to send on it."""
        self._resting.discard(descriptor)

    def turn(self, longest_s: float) -> None:
        """Wait until something happens, or so long, and deal with it."""
        connections, resting = self._connections, self._resting
        for gone in self._waiting.keys() - connections.keys():
            self._wait_for(gone, 0)
            resting.discard(gone)
        for descriptor in connections.keys() - resting:
            connection = connections[descriptor]
            flags = _READ if connection.readable() else 0
            # A socket that accepts is never to be written to.
            if connection.writable() and not connection.accepting:
                flags |= select.POLLOUT
            self._wait_for(descriptor, flags)
            if flags == _READ and isinstance(connection, Channel):
                resting.add(descriptor)
        for descriptor, happened in self._system.poll(int(longest_s * 1000)):
            resting.discard(descriptor)
            if (connection := connections.get(descriptor)) is not None:
                wasyncore.readwrite(connection, happened)

    def _wait_for(self, descriptor: int, flags: int) -> None:
        before = self._waiting.get(descriptor, 0)
        if flags and flags != before:
            self._system.register(descriptor, flags)
            self._waiting[descriptor] = flags
        elif before and not flags:
            self._system.unregister(descriptor)
            del self._waiting[descriptor]
