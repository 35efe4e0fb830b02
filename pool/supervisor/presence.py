"""Is the data folder still there? What is written into one that was removed is lost in silence."""

import os
import time
from pathlib import Path

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.storage.layout import DataFolder

_EVERY_S = 1.0
_NO_ANSWER = (-1, -1)


class Presence:
    """Used by the supervisor's loop alone. Made while its lock is held."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder, self._due = folder, 0.0
        self._places = {path: _identity(path) for path in (folder.root, folder.run, folder.jobs)}

    def look(self) -> None:
        """Raises DataFolderUnusable where the folder that we have locked is no longer there."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _EVERY_S
        for path, before in self._places.items():
            found = _identity(path)
            if found not in (before, _NO_ANSWER):
                what = "is gone" if found is None else "is another one now"
                raise DataFolderUnusable(
                    f"{path} {what}: it was removed, replaced or unmounted under the running "
                    "service, which ends; put it back, or restore a backup, and start again"
                )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        # A disk that does not answer is no folder that is gone.
        return _NO_ANSWER
    return found.st_dev, found.st_ino
