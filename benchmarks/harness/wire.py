"""HTTP/1.1 on raw sockets, as little of it as the load needs: the clients share the machine with
what they measure."""

import socket
import time

import msgspec

_END = b"\r\n\r\n"


def request(path: str, media_type: str, body: bytes) -> bytes:
    """A POST, as bytes for the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\n"
    return b"%bContent-Length: %d\r\n\r\n%b" % (head.encode(), len(body), body)


class Connection:
    """A keep-alive connection with one request on its way at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self.due = 0.0
        self._received = b""
        self.open()

    def open(self) -> None:
        """Dial, or dial again."""
        self.socket = socket.create_connection(self._address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes, due: float | None = None) -> None:
        """Send a request. Its time counts from `due`, when it should have been sent: a server
        that keeps its clients waiting must not make them ask less often."""
        self._received = b""
        self.due = time.perf_counter() if due is None else due
        self.socket.sendall(data)

    def receive(self) -> tuple[str, bytes] | None:
        """Take what has come; status and body once the answer is whole."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        self._received += piece
        return answer(self._received)

    @property
    def is_last(self) -> bool:
        """Whether the server hangs up after this answer, as waitress does after a streamed one."""
        return b"connection: close" in self._received.partition(_END)[0].lower()


def answer(received: bytes) -> tuple[str, bytes] | None:
    """Status and body of a whole answer; None while something of it is missing."""
    head, found, rest = received.partition(_END)
    if not found:
        return None
    fields = head.lower()
    if b"transfer-encoding: chunked" in fields:
        body = _dechunked(rest)
    else:
        size = int(fields.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = rest[:size] if len(rest) >= size else None
    return None if body is None else (received[9:12].decode(), body)


def _dechunked(data: bytes) -> bytes | None:
    """The content of a chunked body; None before its last chunk is there."""
    pieces: list[bytes] = []
    while True:
        size_line, found, rest = data.partition(b"\r\n")
        if not found:
            return None
        size = int(size_line.partition(b";")[0], 16)
        if len(rest) < size + 2:
            return None
        if size == 0:
            return b"".join(pieces)
        pieces.append(rest[:size])
        data = rest[size + 2 :]


class _Line(msgspec.Struct):
    status: int


_line = msgspec.json.Decoder(_Line)


def line_statuses(body: bytes) -> list[str]:
    """The status of each line of a batch's answer."""
    return [str(_line.decode(line).status) for line in body.splitlines() if line.strip()]
