"""Bodies that are still coming: who sends them, whether they may, and how much at once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from gristmill.schemas.access import Scope
from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.problems.access_errors import TooManyRequests
from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.access.audit import Entry
from gristmill.server.access.caller import Caller
from gristmill.server.access.gate import Gate, head_of
from gristmill.server.problems import status_of
from gristmill.server.transport.costs import call_at

_KEPT_OUT = frozenset({401, 403, 429})


class Coming:
    """Large bodies of one web process: whoever may not send one is told before it has come.
    For one thread, that of the event loop, but for `Share.end`."""

    def __init__(self, gate: Gate, settings: Settings) -> None:
        self._gate = gate
        self._most = settings.quota_body_mb * MIB
        self._bytes: dict[str, int] = {}
        self._lock = threading.Lock()

    def begin(self, request: Any, peer: str) -> tuple[Caller, "Share | None"]:
        """Who sends a request whose head is there, and their share of what may come at once.
        Counts as one request. Raises what `Gate.enter` does, Unauthorized, Forbidden."""
        call = call_at(request.command, request.path)
        caller: Caller | None = None
        try:
            caller = self._gate.enter(head_of(request.headers, peer))
            caller.expect(Scope.ANY if call is None else call.scope)
        except GristmillError as error:
            self._note(request, peer, caller, error)
            raise
        who = self._gate.limited(caller, peer) if self._most else None
        if who is None:
            return caller, None
        return caller, Share(self, who, partial(self._note, request, peer, caller))

    def change(self, who: str, size: int) -> None:
        """Count `size` bytes more, or less. Raises TooManyRequests for more than may come."""
        with self._lock:
            found = self._bytes.get(who, 0) + size
            if size > 0 and found > self._most:
                raise TooManyRequests(
                    f"{who} is sending more than {self._most // MIB} MiB at once "
                    "(quota_body_mb); send one body after the other"
                )
            if found:
                self._bytes[who] = found
            else:
                self._bytes.pop(who, None)

    def _note(self, request: Any, peer: str, caller: Caller | None, error: GristmillError) -> None:
        if (status := status_of(error)) in _KEPT_OUT:
            call = call_at(request.command, request.path)
            self._gate.audit.add(
                Entry(
                    at=datetime.now(UTC),
                    peer=peer,
                    method=request.command,
                    status=status,
                    call=call.name if call else None,
                    key=caller.name if caller else None,
                )
            )


class Share:
    """What one body takes of what its sender may send at once."""

    def __init__(self, coming: Coming, who: str, note: Callable[[GristmillError], None]) -> None:
        self._coming, self._who, self._note, self._size = coming, who, note, 0

    def grow(self, size: int) -> None:
        """See that a body of `size` bytes may come. Raises TooManyRequests."""
        if size > self._size:
            try:
                self._coming.change(self._who, size - self._size)
            except TooManyRequests as error:
                self._note(error)
                raise
            self._size = size

    def end(self) -> None:
        """The request is over."""
        self._coming.change(self._who, -self._size)
        self._size = 0
