"""The data folder of a command that reads what is there, and makes nothing."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.storage.layout import DataFolder

_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


def existing_folder(settings: Settings) -> DataFolder:
    """The data folder that the settings name. Raises DataFolderUnusable where there is none, or
    it may not be read."""
    folder = DataFolder.at(settings.data, settings.spool)
    if folder.root.is_dir():
        if not os.access(folder.root, os.R_OK | os.X_OK):
            raise _unusable(folder.root, "it may not be read by this user")
        return folder
    # Not `exists`: a link to nothing is in the way, too.
    if os.path.lexists(folder.root):
        raise DataFolderUnusable(
            f"{folder.root} is no folder, so no data folder; --data names another"
        )
    raise DataFolderUnusable(
        f"there is no data folder {folder.root}; `gristmill ingest` makes it, --data names another"
    )


@contextmanager
def permissions_explained(root: Path) -> Iterator[None]:
    """Errors over what may not be read or written in the data folder become DataFolderUnusable."""
    try:
        yield
    except Exception as error:
        reason = _denial(error, root)
        if reason is None:
            raise
        raise _unusable(root, reason) from error


def _denial(error: Exception, root: Path) -> str | None:
    if isinstance(error, OSError) and error.errno in _DENIED:
        path = Path(os.fsdecode(error.filename or ""))
        return f"{path.name}: {error.strerror}" if path.is_relative_to(root) else None
    if isinstance(error, LibraryTrouble) and error.fault is LibraryFault.DENIED:
        return f"library.db: {error.reason}"
    return None


def _unusable(root: Path, reason: str) -> DataFolderUnusable:
    return DataFolderUnusable(
        f"cannot use the data folder {root}: {reason}; mend its permissions, or choose another "
        "with --data"
    )
