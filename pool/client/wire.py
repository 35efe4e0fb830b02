"""A connection to the supervisor on which every step has a deadline."""

import multiprocessing.connection
import pickle
import select
import socket
import struct
import sys
from multiprocessing.connection import Connection
from typing import Any


class Wire:
    """A connection of `multiprocessing`, used by one thread. `deadline_s` bounds connecting,
    sending, and the rest of an answer that has begun: not even a stopped supervisor holds us."""

    def __init__(self, address: str, deadline_s: float) -> None:
        self.connection: Any = _dial(address, deadline_s)
        # `Connection.poll` makes a selector for each look: 25 us, and a job takes several.
        self._poll = None if sys.platform == "win32" else select.poll()
        if self._poll is not None:
            self._poll.register(self.connection.fileno(), select.POLLIN)

    def is_over(self) -> bool:
        """Whether the other side has ended. To be asked between calls only: nothing is ever sent
        to us then, so something to read is the end of the line."""
        return self.connection.closed or self._has_come(0.0)

    def send(self, message: object) -> None:
        # `Connection.send` prepares for what only processes can share: twice the time.
        self.connection.send_bytes(pickle.dumps(message))

    def receive(self, within_s: float) -> Any:
        """The next message. Raises TimeoutError, OSError, EOFError."""
        if not self._has_come(within_s):
            raise TimeoutError
        return self.connection.recv()

    def fileno(self) -> int:
        return int(self.connection.fileno())

    def close(self) -> None:
        self.connection.close()

    def _has_come(self, within_s: float) -> bool:
        if self._poll is None:  # pragma: no cover
            return bool(self.connection.poll(within_s))
        return bool(self._poll.poll(within_s * 1000))


def _dial(address: str, deadline_s: float) -> Any:
    if sys.platform == "win32":  # pragma: no cover
        return multiprocessing.connection.Client(address)
    line = socket.socket(socket.AF_UNIX)
    try:
        limit = struct.pack("@ll", int(deadline_s), int(deadline_s % 1 * 1_000_000))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        line.connect(address)
        return Connection(line.detach())
    finally:
        line.close()
