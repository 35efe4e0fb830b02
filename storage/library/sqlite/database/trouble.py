"""The one place where an error of SQLite becomes LibraryTrouble, and where damage is noted."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec

from gristmill.schemas.problems.errors import GristmillError
from gristmill.schemas.problems.library_errors import LibraryDamaged, LibraryFault, LibraryTrouble
from gristmill.storage.damage import is_noted, note_damage, noted_damage

_TRANSIENT = (sqlite3.OperationalError, sqlite3.InternalError)
_FAULTS = {
    sqlite3.SQLITE_FULL: LibraryFault.FULL,
    sqlite3.SQLITE_READONLY: LibraryFault.DENIED,
    sqlite3.SQLITE_CANTOPEN: LibraryFault.DENIED,
    sqlite3.SQLITE_BUSY: LibraryFault.FAILED,
    sqlite3.SQLITE_IOERR: LibraryFault.FAILED,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_ONLY_OF_DAMAGE = (
    "Could not decode to UTF-8",
    "no such table: ",
    "no such column: ",
    "malformed ",
    "vtable constructor failed: ",
)
"""How errors begin that have no code of their own: of a text that no writer of ours can have left,
or of a schema that is no longer ours, which was looked at when the file was opened."""
_GARBLED = (msgspec.DecodeError, UnicodeDecodeError)
"""What comes of values that no writer of ours can have left."""
FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises through Python: it may quote a damaged file in the text of its errors."""
_Kind = TypeVar("_Kind", bound=type)


def trouble(error: sqlite3.Error) -> LibraryTrouble:
    """What an error of SQLite is for everybody else."""
    # The low byte is the primary code; the rest only refines it. Errors of our own have none.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED or str(error).startswith(_ONLY_OF_DAMAGE):
        return LibraryDamaged(str(error))
    transient = isinstance(error, _TRANSIENT) or type(error) is sqlite3.DatabaseError
    fault = _FAULTS.get(code, LibraryFault.OTHER)
    return LibraryTrouble(str(error), transient=transient, fault=fault)


def noted(error: Exception, library: Path) -> Exception:
    """What an error is that came up while `library` was used. Damage is noted beside it. In a
    library that is known to be damaged, whatever cannot be explained otherwise is that, too."""
    told: Exception = error
    if isinstance(error, sqlite3.Error):
        told = trouble(error)
    elif isinstance(error, _GARBLED):
        told = LibraryDamaged(f"a value in it is garbled: {error}")
    known = noted_damage(library) if is_noted(library) else None
    if isinstance(told, LibraryDamaged) and known is None:
        note_damage(library, told.reason)
    elif known is not None and not isinstance(told, GristmillError | OSError):
        told = LibraryDamaged(known)
    return told


def in_plain_words(kind: _Kind) -> _Kind:
    """A class whose public methods, and the iterators that they return, raise LibraryTrouble in
    place of sqlite3.Error. A decorator of the class: no method can be forgotten. Its objects have
    the file's path as `_path`."""
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
        except (GristmillError, OSError):
            raise
        except Exception as error:
            _raise(error, args[0])
        # Not by asking whether it is an Iterator, which takes ten times as long.
        return _rows(found, args[0]) if hasattr(found, "__next__") else found

    return translated


def _rows(found: Iterator[Any], keeper: Any) -> Iterator[Any]:
    try:
        yield from found
    except (GristmillError, OSError):
        raise
    except Exception as error:
        _raise(error, keeper)


def _raise(error: Exception, keeper: Any) -> NoReturn:
    # A class that has no object yet has no path either: it failed to open one, and said so.
    path: Path | None = getattr(keeper, "_path", None)
    told = error
    if path is not None:
        told = noted(error, path)
    elif isinstance(error, sqlite3.Error):
        told = trouble(error)
    if told is error:
        raise error
    raise told from error
