"""Opening what lies below a folder, whatever is put in the place of folders on the way meanwhile.

A path that was looked at may lead elsewhere when it is opened. So each folder is opened by its name
in the one above it, which is held open, and no link is followed. Where the system has no such calls
(Windows), paths are used, and whoever may write there wins that race.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from gristmill.storage import faults

BY_DESCRIPTOR = (
    {os.open, os.stat} <= os.supports_dir_fd
    and os.scandir in os.supports_fd
    and hasattr(os, "O_NOFOLLOW")
    and hasattr(os, "O_DIRECTORY")
)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_ON_THE_WAY = _FOLDER | getattr(os, "O_PATH", 0)
"""A folder on the way has to be entered, not listed."""
_EXCHANGED = {errno.ELOOP, errno.ENOTDIR}


class Exchanged(OSError):
    """A link or a file has taken the place of a folder, or a link that of a file."""

    def __init__(self) -> None:
        super().__init__(errno.ENOTDIR, "something else was put in its place meanwhile")


class Descent:
    """Opens folders and files below `root`, which is trusted as it is. One is open at a time."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._top: int | None = None
        self._way: tuple[str, ...] = ()
        self._last: int | None = None
        self._listed = False

    def folder(self, way: tuple[str, ...]) -> int | str:
        """The folder at the end of a way of names, for `os.scandir`: good until the next one is
        asked for. Raises OSError; Exchanged where a name is no folder any more."""
        faults.hit("folder.open", way[-1] if way else "")
        if not BY_DESCRIPTOR:
            return str(Path(self._root, *way))
        return self._opened(way, _FOLDER)

    def size(self, way: tuple[str, ...]) -> int:
        """Bytes of what is at the end of a way. Raises OSError; Exchanged where that is a link."""
        if not BY_DESCRIPTOR:
            return Path(self._root, *way).stat().st_size
        faults.hit("file.look", way[-1] if way else "")
        if not way:
            raise Exchanged
        found = os.stat(way[-1], dir_fd=self._opened(way[:-1]), follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode):
            raise Exchanged
        return found.st_size

    def file(self, way: tuple[str, ...], flags: int) -> int:
        """A descriptor of the file at the end of a way, the caller's to close. Raises OSError;
        Exchanged where a name on the way leads elsewhere now."""
        if not BY_DESCRIPTOR:
            return os.open(Path(self._root, *way), flags)
        try:
            return os.open(way[-1], flags | _NOFOLLOW, dir_fd=self._opened(way[:-1]))
        except OSError as error:
            raise _told(error) from None

    def close(self) -> None:
        for each in {self._last, self._top} - {None}:
            with suppress(OSError):
                os.close(each)  # type: ignore[arg-type]
        self._last = self._top = None

    def __enter__(self) -> "Descent":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self, way: tuple[str, ...], flags: int = _ON_THE_WAY) -> int:
        if self._top is None:
            self._top = os.open(self._root, _FOLDER if not way else _ON_THE_WAY)
            self._listed = not way
        # A walk goes down most often: the last one is where the next one lies.
        is_below = self._last is not None and way[: len(self._way)] == self._way
        at = self._last if is_below and self._last is not None else self._top
        rest = way[len(self._way) :] if is_below else way
        if not rest:
            if self._listed or flags == _ON_THE_WAY:
                return at
            rest = (".",)
        mine: int | None = None
        try:
            for number, name in enumerate(rest, 1):
                last = number == len(rest)
                below = os.open(name, (flags if last else _ON_THE_WAY) | _NOFOLLOW, dir_fd=at)
                if mine is not None:
                    os.close(mine)
                at = mine = below
        except OSError as error:
            if mine is not None:
                os.close(mine)
            raise _told(error) from None
        if self._last is not None:
            os.close(self._last)
        self._way, self._last, self._listed = way, mine, flags == _FOLDER
        return at


def way_below(root: str, path: str) -> tuple[str, ...] | None:
    """The names that lead from a folder to a path in it; None for a path elsewhere."""
    if path == root:
        return ()
    front = root.rstrip(os.sep) + os.sep
    # Not by pathlib, whose parts begin with the root.
    return tuple(path[len(front) :].split(os.sep)) if path.startswith(front) else None  # noqa: PTH206


def _told(error: OSError) -> OSError:
    return Exchanged() if error.errno in _EXCHANGED else error
