"""One attempt to tell a receiver: a POST to the address that was looked at, and nothing else.

No redirect is followed, no proxy is asked, no more than a little of the answer is read, and all
of it has to be over in time. The status line decides: what comes after it may be broken.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from gristmill.pool.webhooks.addresses import AddressRefused, resolved
from gristmill.schemas.open_addresses import Network
from gristmill.schemas.version import VERSION
from gristmill.schemas.webhooks import Attempt

CONNECT_S, TOTAL_S = 5.0, 15.0
_MOST_BODY, _BODY_S = 4096, 1.0
"""Of the body of an answer, so that its sender is not cut off in the midst of a short one."""
_MOST_BYTES = 64 * 1024
"""Of a whole answer: `http.client` passes over any number of answers that begin with 100."""
_PORTS = {"http": 80, "https": 443}
_REASON_CHARS = 200


class Parcel(NamedTuple):
    """What is sent, and where to."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def send(parcel: Parcel, allowed: Sequence[Network], total_s: float = TOTAL_S) -> Attempt:
    """Try once. Never raises: what went wrong is in the attempt."""
    at, began = datetime.now(UTC), time.monotonic()
    status: int | None = None
    error: str | None = None
    try:
        status = _answer(parcel, allowed, began + total_s)
        if 300 <= status < 400:
            error = f"it answers {status}: redirects are not followed"
        elif not 200 <= status < 300:
            error = f"it answers {status}"
    except AddressRefused as refused:
        error = str(refused)
    except TimeoutError:
        error = f"it has not answered within {total_s:g} s"
    except ssl.SSLCertVerificationError as trouble:
        error = f"its certificate is not valid: {trouble.verify_message}"
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        error = f"it cannot be reached: {getattr(trouble, 'strerror', None) or repr(trouble)}"
    seconds = round(time.monotonic() - began, 3)
    return Attempt(at, status, error and error[:_REASON_CHARS], seconds)


def _answer(parcel: Parcel, allowed: Sequence[Network], deadline: float) -> int:
    parts = urlsplit(parcel.url)
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    address = resolved(host, port, allowed)
    line = _Line(host, port, address, deadline, secure=parts.scheme == "https")
    try:
        target = parts.path or "/"
        line.request(
            "POST",
            f"{target}?{parts.query}" if parts.query else target,
            parcel.body,
            {
                "Content-Type": "application/json",
                "User-Agent": f"gristmill/{VERSION}",
                "Connection": "close",
                **parcel.headers,
            },
        )
        answer = line.getresponse()
        line.hurry(_BODY_S)
        with suppress(OSError, http.client.HTTPException):
            answer.read(_MOST_BODY)
        return answer.status
    finally:
        line.end()


class _Line(http.client.HTTPConnection):
    """A connection to an address; the name is for its `Host` and its certificate."""

    def __init__(
        self, host: str, port: int, address: tuple[str, int], deadline: float, *, secure: bool
    ) -> None:
        self.default_port = _PORTS["https" if secure else "http"]
        super().__init__(host, port)
        self._address, self._deadline, self._secure = address, deadline, secure
        self._line: socket.socket | None = None

    def connect(self) -> None:
        self._line = socket.create_connection(self._address, min(CONNECT_S, self._left()))
        self._line.settimeout(self._left())
        if self._secure:
            context = ssl.create_default_context()
            self._line = context.wrap_socket(self._line, server_hostname=self.host)
        self.sock = _Timed(self._line, self._left)

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
    """A socket each of whose steps has what is left of the whole time: a receiver that sends a
    byte now and then would else never be over. What `http.client` asks of one is here."""

    def __init__(self, line: socket.socket, left: Callable[[], float]) -> None:
        self._line, self._left = line, left
        self._room = _MOST_BYTES

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(self._left())
        self._line.sendall(data)

    def makefile(self, mode: str, *_: object) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._room:
            raise http.client.HTTPException(f"it answers with more than {_MOST_BYTES} bytes")
        self._line.settimeout(self._left())
        read = self._line.recv_into(buffer, min(len(buffer), self._room))
        self._room -= read
        return read

    def close(self) -> None:
        """`http.client` closes before it has read: the line is closed by `_Line.end`."""
