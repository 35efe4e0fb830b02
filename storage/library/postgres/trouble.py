"""The one place where an error of PostgreSQL, or of the way to it, becomes LibraryTrouble."""

import asyncpg

from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble

_FAULTS = {
    "53100": LibraryFault.FULL,
    "57014": LibraryFault.TOO_LONG,
    "25006": LibraryFault.DENIED,
    "42501": LibraryFault.DENIED,
    "55P03": LibraryFault.FAILED,
}
# Connections, resources, what an operator did, rows that others changed: another time it may work.
_TRANSIENT_CLASSES = ("08", "53", "57", "40", "55", "58", "XX", "28", "3D")
_TRANSIENT = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
FAILURES = (*_TRANSIENT, asyncpg.PostgresError, asyncpg.exceptions.DataError)
"""What comes of a question to PostgreSQL."""


def trouble(error: BaseException) -> LibraryTrouble:
    """What an error is for everybody else."""
    if isinstance(error, asyncpg.PostgresError):
        code = str(error.sqlstate or "")
        fault = _FAULTS.get(code, LibraryFault.OTHER)
        transient = code[:2] in _TRANSIENT_CLASSES or fault is not LibraryFault.OTHER
        return LibraryTrouble(f"PostgreSQL: {error}", transient=transient, fault=fault)
    if isinstance(error, asyncpg.DataError):
        # A value that no column takes: it fails again, however often it is tried.
        return LibraryTrouble(f"PostgreSQL: {error}", transient=False)
    told = str(error) or type(error).__name__
    return LibraryTrouble(f"PostgreSQL cannot be reached: {told}", fault=LibraryFault.FAILED)
