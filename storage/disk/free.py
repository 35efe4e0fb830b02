"""How much a disk can still take: bytes, and files."""

import os
from pathlib import Path
from typing import NamedTuple

LEAST_FILES = 64
"""Files that must be left to make, to take on more: those of what is under way, and of what becomes
of it."""


class Free(NamedTuple):
    """Free bytes, and files that can still be made; None where nobody counts them."""

    bytes: int
    files: int | None


def free_on(path: Path) -> Free:
    """What is free for us on the disk that holds `path`. Raises OSError."""
    if not hasattr(os, "statvfs"):  # pragma: no cover
        import shutil

        return Free(shutil.disk_usage(path).free, None)
    status = os.statvfs(path)
    # A file system that makes inodes as it needs them says that it has none at all.
    return Free(status.f_bavail * status.f_frsize, status.f_favail if status.f_files else None)
