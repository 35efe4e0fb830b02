"""Durable copies of files into a folder of our own."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gristmill.storage.disk.overlapped import overlapped

_AT_ONCE = 64
_Stamp = tuple[int, int, int]


class Copier:
    """Copies what lies below `source` to the same place below `target`. Nobody but us may look at
    a copy. A file that is gone when its turn comes is left out."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source, self._target = source, target
        self._copied: dict[str, _Stamp] = {}
        self._folders: set[Path] = set()

    def copy(self, paths: Iterable[Path]) -> int:
        """Copy files that have not been copied yet, or have changed since; returns how many."""
        number = 0
        for some in _pieces(paths):
            for path in some:
                self._make(self._place(path).parent)
            number += sum(overlapped(self._one, some))
        return number

    def sync(self) -> None:
        """Make the names of all copies durable."""
        for folder in sorted(self._folders):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _place(self, path: Path) -> Path:
        return self._target / path.relative_to(self._source)

    def _make(self, folder: Path) -> None:
        if folder in self._folders:
            return
        if folder != self._target:
            self._make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folders.add(folder)

    def _one(self, path: Path) -> bool:
        with suppress(FileNotFoundError), open(path, "rb") as file:
            found = os.fstat(file.fileno())
            stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
            if self._copied.get(str(path)) == stamp:
                return False
            copy_durably(path, self._place(path))
            self._copied[str(path)] = stamp
            return True
        return False


def copy_durably(source: Path, target: Path) -> None:
    """Copy the content and the times of a file. The name is not synced."""
    with open(source, "rb") as file:
        found = os.fstat(file.fileno())
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(target, flags, 0o600), "wb") as copy:
            shutil.copyfileobj(file, copy, 1024 * 1024)
            copy.flush()
            os.fsync(copy.fileno())
    os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))


def files_below(folder: Path) -> Iterator[Path]:
    """All files below a folder but temporary ones and locks, which the backup of a folder without
    any process needs none of."""
    left = [folder]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                left.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                yield Path(entry.path)


def _pieces(paths: Iterable[Path]) -> Iterator[list[Path]]:
    some: list[Path] = []
    for path in paths:
        some.append(path)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
