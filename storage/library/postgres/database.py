"""A database that is asked as `sqlite3.Connection` is, on a connection of the process's few."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gristmill.storage import faults
from gristmill.storage.library.locks import Lock
from gristmill.storage.library.postgres import locking
from gristmill.storage.library.postgres.connections import (
    STATEMENT_S,
    Connections,
    Fetched,
    asked,
    connections,
)
from gristmill.storage.library.postgres.dialect import Said, arguments, said
from gristmill.storage.library.postgres.line import line
from gristmill.storage.library.postgres.trouble import FAILURES, trouble
from gristmill.storage.library.sqlite.database.gate import USUAL, Patience


class Answer:
    """The rows of a statement, all of them."""

    lastrowid = None

    def __init__(self, fetched: Fetched) -> None:
        self._rows = iter(fetched.rows)
        self.rowcount = fetched.rowcount

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows


class PostgresDatabase:
    """For one thread at a time. Outside of a transaction each statement is one by itself. All
    methods raise LibraryTrouble."""

    def __init__(self, address: str, patience: Patience = USUAL) -> None:
        self._address, self._patience = address, patience
        self._held: Any = None
        self.seconds = STATEMENT_S
        """What one statement may take."""

    @property
    def _connections(self) -> Connections:
        return connections(self._address)

    def execute(self, sql: str, parameters: Any = (), /) -> Answer:
        statement = said(sql)
        args = arguments(statement, parameters)
        return Answer(self._told(statement, args))

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Answer:
        """Inside of a transaction only."""
        statement = said(sql)
        rows = [arguments(statement, each) for each in parameters]
        if rows:
            assert self._held is not None
            self._ask(self._held.executemany(statement.sql, rows, timeout=STATEMENT_S))
        return Answer(Fetched([], len(rows)))

    @contextmanager
    def writing(self, locks: Sequence[Lock]) -> Iterator[None]:
        """One transaction, durable where it succeeds, which has these locks to its end."""
        assert self._held is None, "one transaction at a time"
        self._held = self._ask(self._begun(locking.statement(locks)))
        try:
            yield
            faults.disk("library.write")
            self._ask(self._held.execute("COMMIT"))
        except BaseException:
            self._undo()
            raise
        finally:
            connection, self._held = self._held, None
            self._ask(self._connections.give(connection))

    async def _begun(self, locks: tuple[Said, list[Any]] | None) -> Any:
        connection = await self._connections.take()
        try:
            await connection.execute("BEGIN")
            if locks is not None:
                await asked(connection, *locks, STATEMENT_S)
        except BaseException:
            connection.terminate()
            await self._connections.give(connection)
            raise
        return connection

    def _undo(self) -> None:
        # A transaction that cannot even be rolled back ends with its connection.
        try:
            self._ask(self._held.execute("ROLLBACK", timeout=5.0))
        except Exception:
            line().ask(_terminated(self._held), USUAL)

    def _told(self, statement: Said, args: Sequence[Any]) -> Fetched:
        if self._held is not None:
            work = asked(self._held, statement, args, self.seconds)
        else:
            work = self._connections.once(statement, args, self.seconds)
        found: Fetched = self._ask(work)
        return found

    def _ask(self, work: Any) -> Any:
        try:
            return line().ask(work, self._patience)
        except FAILURES as error:
            raise trouble(error) from error


async def _terminated(connection: Any) -> None:
    connection.terminate()
