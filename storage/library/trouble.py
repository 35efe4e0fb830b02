"""Whose fault an error of the library is: the machine's, or that of what was to be written."""

from gristmill.schemas.problems.library_errors import LibraryTrouble


def of_the_machine(error: BaseException) -> bool:
    """Whether the same work may succeed another time: the disk is full or fails, the file is
    damaged, a writer does not let go. Anything else (a number too large for a column, a value
    without JSON) fails again with the same data, however often it is tried."""
    return isinstance(error, OSError) or (isinstance(error, LibraryTrouble) and error.transient)
