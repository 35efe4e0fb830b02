"""What a library's SQL is asked of: as much of `sqlite3.Connection` as it takes.

SQL that is asked of this is written in what SQLite and PostgreSQL both understand, or is a function
of its own for each of them (`functools.singledispatch` on the database).
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol


class Rows(Protocol):
    """What came of a statement."""

    @property
    def rowcount(self) -> int: ...

    @property
    def lastrowid(self) -> int | None: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """Question marks stand for parameters, or names with a colon for those of a mapping."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Rows: ...

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Rows: ...
