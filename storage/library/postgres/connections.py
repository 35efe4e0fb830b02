"""The few connections of this process to one database. Used on the loop of `line` only."""

import asyncio
import os
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg

from gristmill.storage.library.postgres.dialect import Said

MOST = 8
"""Of one process: threads beyond that wait for one another."""
_KEPT = 2
"""Connections that wait, unused, for the next question."""
_IDLE_S = 10.0
"""After which such a one is closed."""
_CONNECT_S = 10.0
_WAIT_S = 30.0
STATEMENT_S = 300.0
_SERVER = {
    "application_name": "gristmill",
    "statement_timeout": f"{STATEMENT_S:.0f}s",
    "lock_timeout": "30s",
    # A process that was stopped in a transaction must not hold up all others.
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "jit": "off",
}

# A server may be set to say that a commit is done before it is safe: to us it must not.
_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)


class Fetched(NamedTuple):
    """What came of a statement: rows, or how many it has changed."""

    rows: list[Any]
    rowcount: int


class Connections:
    """Opens them as they are needed, and keeps few."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._idle: list[tuple[float, Any]] = []
        """Each with the time at which it was given back."""
        self._room: asyncio.Semaphore | None = None

    async def take(self) -> Any:
        """A connection of the caller's own. Raises what asyncpg does, OSError, TimeoutError."""
        if self._room is None:
            self._room = asyncio.Semaphore(MOST)
        await asyncio.wait_for(self._room.acquire(), _WAIT_S)
        try:
            while self._idle:
                _, connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
            return await self._connected()
        except BaseException:
            self._room.release()
            raise

    async def give(self, connection: Any) -> None:
        """Take one back, which is in no transaction."""
        assert self._room is not None
        self._room.release()
        if connection.is_closed():
            return
        if connection.is_in_transaction() or len(self._idle) >= _KEPT:
            connection.terminate()
        else:
            loop = asyncio.get_running_loop()
            self._idle.append((loop.time(), connection))
            loop.call_later(_IDLE_S, self._drop_idle)

    def _drop_idle(self) -> None:
        """Close the one that has waited longest: of several the last one is taken first."""
        now = asyncio.get_running_loop().time()
        while self._idle and now - self._idle[0][0] >= _IDLE_S:
            self._idle.pop(0)[1].terminate()

    async def once(self, said: Said, args: Sequence[Any], seconds: float) -> Fetched:
        """A statement by itself. One that only reads is asked again where the connection turns
        out to have been lost while nobody used it."""
        for last in (False, True):
            connection = await self.take()
            try:
                return await asked(connection, said, args, seconds)
            except (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError):
                if last or not said.reads or not connection.is_closed():
                    raise
            finally:
                await self.give(connection)
        raise AssertionError

    async def _connected(self) -> Any:
        connection = await asyncpg.connect(
            self._address,
            timeout=_CONNECT_S,
            command_timeout=STATEMENT_S + 10,
            server_settings=_SERVER,
        )
        # A path is text, or bytes where it is no UTF-8.
        await connection.set_type_codec(
            "bytea", schema="pg_catalog", encoder=_bytes, decoder=bytes, format="binary"
        )
        await connection.execute(_DURABLE)
        return connection


async def asked(connection: Any, said: Said, args: Sequence[Any], seconds: float) -> Fetched:
    """A statement on a connection."""
    if said.reads:
        records = await connection.fetch(said.sql, *args, timeout=seconds)
        return Fetched([tuple(each) for each in records], len(records))
    status = await connection.execute(said.sql, *args, timeout=seconds)
    number = status.rpartition(" ")[2]
    return Fetched([], int(number) if number.isdigit() else -1)


def _bytes(value: str | bytes | memoryview) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


_known: dict[tuple[int, str], Connections] = {}
_guard = threading.Lock()


def connections(address: str) -> Connections:
    """Those of this process: none is shared with a parent."""
    with _guard:
        return _known.setdefault((os.getpid(), address), Connections(address))
