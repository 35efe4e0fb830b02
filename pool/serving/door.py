"""The socket on which the supervisor is reached, made again where somebody removes it."""

import contextlib
import logging
import os
import threading
import time
from multiprocessing.connection import Listener
from typing import Any

_PATIENCE_S = 2.0
_log = logging.getLogger(__name__)


class Door:
    """Used by the supervisor's loop alone. `server` is a Manager's, which listens at `address`."""

    def __init__(self, server: Any, address: str) -> None:
        self._server, self._address = server, address
        self._listener: Listener | None = None
        self._missed_at: float | None = None

    def tick(self) -> None:
        """Listen anew where the socket is gone: lines that are open go on, new ones could not
        be made."""
        if os.name == "nt" or os.path.lexists(self._address):
            self._missed_at = None
            return
        self._missed_at = self._missed_at or time.monotonic()
        if time.monotonic() - self._missed_at < _PATIENCE_S:
            # Somebody may be removing the whole folder, which is told otherwise.
            return
        try:
            listener = Listener(self._address, backlog=128)
            os.chmod(self._address, 0o600)  # noqa: PTH101
        except OSError as error:
            _log.error("the socket %s is gone and cannot be made: %s", self._address, error)
            return
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="door", daemon=True).start()
        _log.warning("the socket %s was removed; it is served anew", self._address)

    def close(self) -> None:
        # Its file may be gone once more.
        with contextlib.suppress(OSError):
            if self._listener is not None:
                self._listener.close()

    def _accept(self, listener: Listener) -> None:
        """As the Manager's own thread does."""
        while not self._server.stop_event.is_set():
            try:
                line = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._server.handle_request, args=(line,), daemon=True).start()
