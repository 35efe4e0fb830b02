"""The one place where an error of SQLite becomes LibraryTrouble."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar

from gristmill.schemas.errors import LibraryFault, LibraryTrouble

_TRANSIENT = (sqlite3.OperationalError, sqlite3.InternalError)
_FAULTS = {
    sqlite3.SQLITE_FULL: LibraryFault.FULL,
    sqlite3.SQLITE_READONLY: LibraryFault.DENIED,
    sqlite3.SQLITE_CANTOPEN: LibraryFault.DENIED,
    sqlite3.SQLITE_BUSY: LibraryFault.FAILED,
    sqlite3.SQLITE_IOERR: LibraryFault.FAILED,
}
_Kind = TypeVar("_Kind", bound=type)


def trouble(error: sqlite3.Error) -> LibraryTrouble:
    """What an error of SQLite is for everybody else."""
    # The low byte is the primary code; the rest only refines it. Errors of our own have none.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    # A damaged file is a DatabaseError and none of its subclasses.
    transient = isinstance(error, _TRANSIENT) or type(error) is sqlite3.DatabaseError
    fault = _FAULTS.get(code, LibraryFault.OTHER)
    return LibraryTrouble(str(error), transient=transient, fault=fault)


def in_plain_words(kind: _Kind) -> _Kind:
    """A class whose public methods, and the iterators that they return, raise LibraryTrouble in
    place of sqlite3.Error. A decorator of the class: no method can be forgotten."""
    for name, member in list(vars(kind).items()):
        if name.startswith("_"):
            continue
        if isinstance(member, classmethod):
            setattr(kind, name, classmethod(_translated(member.__func__)))
        elif isinstance(member, property):
            setattr(kind, name, property(_translated(member.fget), doc=member.__doc__))
        elif callable(member):
            setattr(kind, name, _translated(member))
    return kind


def _translated(method: Callable[..., Any] | None) -> Callable[..., Any]:
    assert method is not None

    @wraps(method)
    def translated(*args: Any, **named: Any) -> Any:
        try:
            found = method(*args, **named)
        except sqlite3.Error as error:
            raise trouble(error) from error
        # Not by asking whether it is an Iterator, which takes ten times as long.
        return _rows(found) if hasattr(found, "__next__") else found

    return translated


def _rows(found: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from found
    except sqlite3.Error as error:
        raise trouble(error) from error
