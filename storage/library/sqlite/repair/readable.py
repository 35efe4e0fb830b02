"""What can still be read of the tables of a damaged file, row by row."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from gristmill.storage.library.sqlite.database.trouble import FAILURES
from gristmill.storage.library.sqlite.records.ledger import warnings_of

Row = tuple[Any, ...]
_MOST_FAILURES = 50_000
"""Of one table. What is left by then are holes of a few rows between pages that are gone."""
_SMALLEST_ROW = 8


def readable(db: sqlite3.Connection, size: int, table: str, columns: str) -> Iterator[Row]:
    """Rows of a table with row ids in a file of `size` bytes, in no order. `columns` is a letter
    and a name for each, such as `T:uri`; the first one is the row id. A row is left out where one
    of its values is not what our writers write:

        I and R numbers, T text, P text or bytes, B bytes, J a JSON object, W warnings; in lower
        case, or NULL
    """
    kinds, names = zip(*(each.split(":") for each in columns.split()), strict=True)
    fields = there(db, table, names)
    if fields.startswith("NULL"):
        return
    sql = f"SELECT {fields} FROM {table} WHERE {names[0]} >= ? AND {names[0]} < ?"
    sql, end = f"{sql} ORDER BY {names[0]}", size // _SMALLEST_ROW + 2
    if not _is_reached(db, sql, end):
        return
    for row in _by_halves(db, sql, end):
        if (sound := checked(kinds, row)) is not None:
            yield sound


def there(db: sqlite3.Connection, table: str, names: Sequence[str]) -> str:
    """Columns to select: NULL for those that the file of an older version does not have."""
    found = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
    found = {name.decode() if isinstance(name, bytes) else name for name in found}
    return ", ".join(name if name in found else "NULL" for name in names)


def _is_reached(db: sqlite3.Connection, sql: str, end: int) -> bool:
    """Whether there is a way to any place of a table: a few thousand are tried, most of them low,
    as ids are. To a table whose root is gone, or in a file that never was a library, there is none;
    to try its halves would take seconds."""
    place = 0
    while place < end:
        try:
            db.execute(sql, (place, place + 1)).fetchone()
        except (*FAILURES, OverflowError, MemoryError):
            place += 1 + place // 256
        else:
            return True
    return False


def _by_halves(db: sqlite3.Connection, sql: str, end: int) -> Iterator[Row]:
    """All rows with ids from 0 to `end` that can be reached: of what cannot be read whole, each
    half is tried, the widest first."""
    left, failures = deque([(0, end)]), 0
    while left and failures < _MOST_FAILURES:
        low, high = left.popleft()
        try:
            for row in db.execute(sql, (low, high)):
                # An id outside of what was asked for is itself damage, and would never end.
                if not isinstance(row[0], int) or not low <= row[0] < high:
                    raise sqlite3.DatabaseError("ids out of order")
                yield row
                low = row[0] + 1
        except (*FAILURES, OverflowError, MemoryError):
            failures += 1
            middle = (low + high) // 2
            left += [(a, b) for a, b in ((low, middle), (middle, high)) if a < b and high - low > 1]


def checked(kinds: tuple[str, ...], row: Row) -> Row | None:
    """The row with its texts decoded; None where a value is not of its kind."""
    values: list[Any] = []
    for kind, value in zip(kinds, row, strict=True):
        if value is None and kind.islower():
            values.append(None)
            continue
        try:
            values.append(_CHECKS[kind.upper()](value))
        except (TypeError, ValueError, msgspec.MsgspecError):
            return None
    return tuple(values)


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _real(value: Any) -> float:
    if not isinstance(value, int | float):
        raise TypeError
    return value


def _text(value: Any) -> str:
    # The connection's text is bytes: what is no UTF-8 is damage, and no reason to stop.
    if not isinstance(value, Text):
        raise TypeError
    return bytes(value).decode()


def _path(value: Any) -> str | bytes:
    """A path that is no UTF-8 is kept as its bytes."""
    return _text(value) if isinstance(value, Text) else _bytes(value)


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes) or isinstance(value, Text):
        raise TypeError
    return value


def _json(value: Any) -> str:
    text = _text(value)
    if not isinstance(msgspec.json.decode(text), dict):
        raise TypeError
    return text


def _warnings(value: Any) -> str:
    text = _text(value)
    warnings_of(text)
    return text


class Text(bytes):
    """What SQLite holds as text, undecoded; as `text_factory` it tells text from bytes."""


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "I": _number,
    "R": _real,
    "T": _text,
    "P": _path,
    "B": _bytes,
    "J": _json,
    "W": _warnings,
}
