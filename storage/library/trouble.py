"""Whose fault an error of the library is: the machine's, or that of what was to be written."""

import sqlite3

_OF_THE_MACHINE = (OSError, sqlite3.OperationalError, sqlite3.InternalError)


def of_the_machine(error: BaseException) -> bool:
    """Whether the same work may succeed another time: the disk is full or fails, the file is
    damaged, a writer does not let go. Anything else (a number too large for a column, a value
    without JSON) fails again with the same data, however often it is tried."""
    # A damaged file is a DatabaseError and none of its subclasses.
    return isinstance(error, _OF_THE_MACHINE) or type(error) is sqlite3.DatabaseError
