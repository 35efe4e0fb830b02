"""A library that fails, whatever keeps it: whose fault that is, and what it stops."""

from enum import StrEnum

from gristmill.schemas.problems.errors import GristmillError, Unavailable


class LibraryFault(StrEnum):
    """What failed the library. DENIED: it may not be written, or not even be opened. FAILED: its
    disk did, or another writer held it for too long. TOO_LONG: the read was not done in time.
    DAMAGED: its bytes are not those that were written."""

    FULL = "full"
    DENIED = "denied"
    FAILED = "failed"
    TOO_LONG = "too_long"
    DAMAGED = "damaged"
    OTHER = "other"


class LibraryTrouble(GristmillError):
    """The library failed, whatever keeps it; nothing is half done then. A `transient` trouble is
    the machine's, and the same work may succeed another time; any other comes again with the same
    data. `reason` is what the library's engine says of it."""

    code = "library_failed"

    # All but `reason` with a default: the supervisor may raise it to another process, and pickle
    # makes an exception from its first argument alone.
    def __init__(
        self, reason: str, *, transient: bool = True, fault: LibraryFault = LibraryFault.OTHER
    ) -> None:
        super().__init__(f"the library could not be used: {reason}")
        self.args = (reason,)
        self.reason, self.transient, self.fault = reason, transient, fault

    def __str__(self) -> str:
        return self.message


class LibraryDamaged(LibraryTrouble, Unavailable):
    """The library's file is damaged. Nothing is accepted, run or changed until it is mended."""

    code = "library_damaged"
    retry_after = 60

    def __init__(self, reason: str, **extra: object) -> None:
        super().__init__(reason, fault=LibraryFault.DAMAGED)
        self.message = (
            f"the library is damaged ({reason}); what was accepted waits, and nothing more is "
            "until it is mended: end the service and run `gristmill check --repair`, or restore a "
            "backup"
        )
        self.extra = extra
