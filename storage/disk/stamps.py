"""Whether a small file has changed since it was read."""

import os

Stamp = tuple[int, int, int]


def stamp_of(file: str) -> Stamp | None:
    """What changes with a file; None where there is none. Costs a stat. Raises OSError."""
    # Without an exception where there is none, which would be most of the cost.
    if not os.access(file, os.F_OK):
        return None
    try:
        status = os.stat(file)  # noqa: PTH116
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
