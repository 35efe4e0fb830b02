"""The event loop asks no connection in vain, and forgets none."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gristmill.server.transport.channel import Channel
from gristmill.server.transport.polling import Poller


class Quiet(Channel):
    """A connection that waits for its client."""

    def __init__(self, line: socket.socket, connections: dict[int, Any]) -> None:
        self.socket, self.connections = line, connections
        self.asked, self.came = 0, list[bytes]()
        self.wants_to_write = self.accepting = False
        self.connected = True
        connections[line.fileno()] = self

    def readable(self) -> bool:
        self.asked += 1
        return True

    def writable(self) -> bool:
        return self.wants_to_write

    def handle_read_event(self) -> None:
        self.came.append(self.socket.recv(100))

    def handle_write_event(self) -> None:
        self.wants_to_write = False

    def close(self) -> None:
        del self.connections[self.socket.fileno()]
        self.socket.close()


@contextmanager
def _quiet() -> Iterator[tuple[Poller, Quiet, socket.socket]]:
    connections: dict[int, Any] = {}
    client, server = socket.socketpair()
    with client, server:
        yield Poller(connections), Quiet(server, connections), client


def test_a_connection_that_waits_for_its_client_is_asked_once() -> None:
    with _quiet() as (poller, quiet, client):
        for _ in range(3):
            poller.turn(0)
        assert quiet.asked == 1 and quiet.came == []
        client.sendall(b"x")
        poller.turn(5)
        assert quiet.came == [b"x"]
        poller.turn(0)
        assert quiet.asked == 2


def test_what_changes_in_one_that_rests_counts_once_all_are_roused() -> None:
    with _quiet() as (poller, quiet, _):
        poller.turn(0)
        quiet.wants_to_write = True
        poller.turn(0)
        assert quiet.wants_to_write
        poller.rouse()
        poller.turn(0)
        assert not quiet.wants_to_write


def test_one_that_takes_the_descriptor_of_one_that_rested_is_asked_anew() -> None:
    with _quiet() as (poller, quiet, client):
        poller.turn(0)
        other = Quiet(quiet.socket, quiet.connections)
        poller.ask(quiet.socket.fileno())
        client.sendall(b"y")
        poller.turn(5)
        assert (quiet.asked, quiet.came) == (1, []) and (other.asked, other.came) == (1, [b"y"])


def test_one_that_is_gone_is_no_longer_waited_for() -> None:
    with _quiet() as (poller, quiet, client):
        poller.turn(0)
        quiet.close()
        client.close()
        poller.turn(0)
        assert quiet.came == []
