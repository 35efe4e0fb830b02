"""A library with a deadline for each read, so that no question holds a thread for long."""

import inspect
import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.storage.library.sqlite.database.connection import connect_reader
from gristmill.storage.library.sqlite.database.gate import BUSY_S, USUAL
from gristmill.storage.library.sqlite.facade import Library

STEPS = 2_000
"""Of SQLite's machine between two looks at the clock. They take 0.1 to 0.2 ms where rows are
walked, of which a look is less than 0.5%, and 120 ms while the words of a prefix are merged."""


class Deadline:
    """Ends what a connection is asked once it takes longer than `seconds`, or more than `cpu_s` of
    its thread's time."""

    def __init__(self, connection: sqlite3.Connection | None, seconds: float) -> None:
        self.seconds, self.cpu_s = seconds, math.inf
        self._until = self._cpu_until = math.inf
        self._over = False
        if connection is not None:
            self.watch(connection)

    def watch(self, connection: sqlite3.Connection) -> None:
        """Of what this connection is asked as well."""
        connection.set_progress_handler(self._look, STEPS)

    def begin(self) -> None:
        """The next question is asked now."""
        self._until, self._over = time.monotonic() + self.seconds, False
        self._cpu_until = time.thread_time() + self.cpu_s

    def _look(self) -> bool:
        self._over = self.is_past or time.thread_time() >= self._cpu_until
        return self._over

    @property
    def is_past(self) -> bool:
        """Whether the last question has used up all its seconds."""
        return time.monotonic() >= self._until

    def told(self, trouble: LibraryTrouble) -> LibraryTrouble:
        """What a question that met `trouble` is to raise."""
        if not self._over:
            return trouble
        return LibraryTrouble(
            f"the read was given up after {self.seconds:g} s (read_timeout_s)",
            fault=LibraryFault.TOO_LONG,
        )


class TimedLibrary(Library):
    """A library whose public methods keep a deadline. Of what is streamed, each row has the whole
    time: whoever reads slowly is no reason to break off."""

    deadline: Deadline

    @contextmanager
    def hurried(self, cpu_s: float) -> Iterator[None]:
        """Meanwhile a question may take no more than so many seconds of its thread's time: on a
        busy machine it still may wait for the rest."""
        self.deadline.cpu_s = cpu_s
        try:
            yield
        finally:
            self.deadline.cpu_s = math.inf


def open_reader(path: Path, timeout_s: float) -> TimedLibrary:
    """The library at `path` for reading; a missing one is empty. What takes longer than
    `timeout_s` raises LibraryTrouble with `LibraryFault.TOO_LONG`. Raises DataFolderUnusable."""
    connection = connect_reader(path, min(timeout_s, BUSY_S))
    library = TimedLibrary(connection, path, USUAL)
    library.deadline = Deadline(connection, timeout_s)
    return library


def _in_time(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def asked(self: TimedLibrary, *args: Any, **named: Any) -> Any:
        self.deadline.begin()
        try:
            found = method(self, *args, **named)
        except LibraryTrouble as trouble:
            raise self.deadline.told(trouble) from trouble.__cause__
        return _rows(self.deadline, found) if hasattr(found, "__next__") else found

    return asked


def _rows(deadline: Deadline, found: Iterator[Any]) -> Iterator[Any]:
    try:
        while True:
            deadline.begin()
            try:
                row = next(found)
            except StopIteration:
                return
            yield row
    except LibraryTrouble as trouble:
        raise deadline.told(trouble) from trouble.__cause__


# Of all of them, also those of its bases, so that no read can be forgotten.
for _name in dir(Library):
    _member = inspect.getattr_static(Library, _name)
    if not _name.startswith("_") and inspect.isfunction(_member):
        setattr(TimedLibrary, _name, _in_time(_member))
