"""The audit file: lines that several processes append, rotated by size."""

import os
from contextlib import suppress
from pathlib import Path

from gristmill.storage.disk.locks import try_lock
from gristmill.storage.layout import DataFolder

KEPT = 4
"""Full files that are kept beside the one that is written, `audit.1.ndjson` the newest."""


class AuditLog:
    """Appends to `audit.ndjson` until it has `max_bytes`, then begins anew. For one thread.

    Each batch of lines is one write to a file in append mode, so lines of several processes never
    mix. Whoever writes to a file that was just put aside loses nothing: it is kept.
    """

    def __init__(self, folder: DataFolder, max_bytes: int) -> None:
        self._path, self._lock = folder.audit, folder.run / "audit.lock"
        self._max_bytes = max_bytes
        self._file: int | None = None

    def append(self, lines: bytes) -> None:
        """Write whole lines. Not durable by itself: a power cut may take the last seconds. Raises
        OSError."""
        descriptor = self._current()
        os.write(descriptor, lines)
        if os.fstat(descriptor).st_size >= self._max_bytes:
            self._rotate(descriptor)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _current(self) -> int:
        """The descriptor of the file that has the name now; another process may have put ours
        aside, or somebody removed it."""
        if self._file is not None:
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(self._file), self._path.stat()):
                    return self._file
            self.close()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        self._file = os.open(self._path, flags, 0o600)
        return self._file

    def _rotate(self, full: int) -> None:
        """Put the full file aside, unless another process is about to or has."""
        lock = try_lock(self._lock)
        if lock is None:
            return
        try:
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(full), self._path.stat()):
                    for number in range(KEPT, 1, -1):
                        with suppress(FileNotFoundError):
                            self._aside(number - 1).replace(self._aside(number))
                    self._path.replace(self._aside(1))
        finally:
            lock.release()

    def _aside(self, number: int) -> Path:
        return self._path.with_suffix(f".{number}.ndjson")
