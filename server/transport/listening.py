"""Listening sockets. Several web processes share one: whoever is free accepts."""

import errno
import os
import socket
import time

from gristmill.schemas.problems.errors import PortInUse

_BACKLOG = 1024
_REASONS = {
    errno.EADDRINUSE: "another program uses it",
    errno.EACCES: "it may not be used by this user",
    errno.EADDRNOTAVAIL: "this machine does not have that address",
}


PATIENCE_S = 2.0
"""After a supervisor was killed, its web processes hold the port for a moment: a restart at once
must not fail over that."""


def listen(host: str, port: int, patience_s: float = PATIENCE_S) -> socket.socket:
    """A socket that listens on `host` and `port`; port 0 takes a free one.

    Raises PortInUse when the port is not free within `patience_s` seconds.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return _listen(host, port)
        except PortInUse as problem:
            in_use = isinstance(problem.__cause__, OSError) and (
                problem.__cause__.errno == errno.EADDRINUSE
            )
            if not in_use or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise PortInUse(f"cannot listen on {host}: {error.strerror or error}") from None
    listener = socket.socket(family, kind, protocol)
    try:
        _claim(listener)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        flag = "--host" if error.errno == errno.EADDRNOTAVAIL else "--port"
        raise PortInUse(
            f"cannot listen on {host}:{port}: {reason}; choose another with {flag}"
        ) from error
    return listener


def url_of(listener: socket.socket) -> str:
    """The URL of a listening socket, such as `http://127.0.0.1:8000`."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _claim(listener: socket.socket) -> None:
    if os.name == "nt":
        # There SO_REUSEADDR would let two programs listen on one port.
        listener.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE"), 1)  # noqa: B009
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
