"""A connection to an address that was looked at, each of whose steps has what is left of the time.

No proxy is asked, and no more is read than there is room for.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

CONNECT_S = 5.0
PORTS = {"http": 80, "https": 443}


class Line(http.client.HTTPConnection):
    """A connection to an address; the name is for its `Host` and its certificate. `deadline` is a
    time of `time.monotonic`, `room` the bytes that its answers may have in all."""

    def __init__(
        self,
        host: str,
        port: int,
        address: tuple[str, int],
        deadline: float,
        *,
        secure: bool,
        room: int,
    ) -> None:
        self.default_port = PORTS["https" if secure else "http"]
        super().__init__(host, port)
        self._address, self._deadline, self._secure = address, deadline, secure
        self._room = room
        self._line: socket.socket | None = None

    def connect(self) -> None:
        self._line = socket.create_connection(self._address, min(CONNECT_S, self._left()))
        self._line.settimeout(self._left())
        if self._secure:
            context = ssl.create_default_context()
            self._line = context.wrap_socket(self._line, server_hostname=self.host)
        self.sock = _Timed(self._line, self._left, self._room)

    def hurry(self, within_s: float) -> None:
        """Give the rest no more than so long."""
        self._deadline = min(self._deadline, time.monotonic() + within_s)

    def end(self) -> None:
        self.close()
        if self._line is not None:
            self._line.close()

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Timed(io.RawIOBase):
    """A socket each of whose steps has what is left of the whole time: who sends a byte now and
    then would else never be over. What `http.client` asks of one is here."""

    def __init__(self, line: socket.socket, left: Callable[[], float], room: int) -> None:
        self._line, self._left = line, left
        self._room = self._most = room

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(self._left())
        self._line.sendall(data)

    def makefile(self, mode: str, *_: object) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._room:
            raise http.client.HTTPException(f"it answers with more than {self._most} bytes")
        self._line.settimeout(self._left())
        read = self._line.recv_into(buffer, min(len(buffer), self._room))
        self._room -= read
        return read

    def close(self) -> None:
        """`http.client` closes before it has read: the line is closed by `Line.end`."""
