"""Looks into a mirrored folder: every file with what tells whether it has changed.

By descriptor, as the planner goes: no link is followed, and nothing that is put in the place of a
folder meanwhile leads elsewhere.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gristmill.storage.layout import is_data_folder
from gristmill.storage.mirrors.files import Seen, Unread, order
from gristmill.storage.walking.beneath import Descent
from gristmill.storage.walking.ignoring import Filter, IgnoreFile, ignore_file

_SIGNED = (1 << 63) - 1
"""What a database keeps as a number."""
Way = tuple[str, ...]


class _Entry(NamedTuple):
    """What a folder has under a name: a file, a folder (then `seen` is None), or trouble."""

    name: str
    found: Seen | Unread | None


class Walker:
    """One look at the folder `top`. `devices` are the file systems that were met."""

    def __init__(self, top: str, wanted: Filter) -> None:
        self._top, self._wanted = top, wanted
        self.devices: set[int] = set()

    def device(self) -> int:
        """The file system that the folder itself is on. Raises OSError where it is no folder."""
        with Descent(self._top) as descent:
            status = os.stat(descent.folder(()))  # noqa: PTH116 - of a descriptor
        return status.st_dev & _SIGNED

    def files(self) -> Iterator[Seen | Unread]:
        """All that is meant, in the order of `files.order`. Raises OSError where the folder itself
        cannot be read."""
        with Descent(self._top) as descent:
            yield from self._below(descent, (), (), must=True)

    def below(self, paths: Iterable[str]) -> Iterator[Seen | Unread]:
        """The same of some paths, in that order: each a file, a folder with all in it, or
        nothing."""
        last: str | None = None
        with Descent(self._top) as descent:
            for path in sorted(set(paths), key=order):
                if last is None or not (path == last or path.startswith(f"{last}/")):
                    last = path
                    yield from self._at(descent, tuple(path.split("/")))

    def _at(self, descent: Descent, way: Way) -> Iterator[Seen | Unread]:
        """What is at the end of a way, unless something on it is not meant."""
        ignores: tuple[IgnoreFile, ...] = ()
        for depth, name in enumerate(way):
            above = way[:depth]
            try:
                here = _listed(descent, above, "/".join(above))
            except OSError as error:
                if isinstance(error, FileNotFoundError | NotADirectoryError):
                    return
                yield Unread("/".join(way), error.strerror or str(error))
                return
            if here is None or name.startswith("."):
                return
            ignores = self._with_ignores(descent, above, here, ignores)
            entry = next((each for each in here if each.name == name), None)
            if entry is None or not self._is_meant(entry, "/".join(way[: depth + 1]), ignores):
                return
            if entry.found is not None:
                if depth == len(way) - 1:
                    yield entry.found
                return
        yield from self._below(descent, way, ignores)

    def _below(
        self, descent: Descent, start: Way, ignores: tuple[IgnoreFile, ...], *, must: bool = False
    ) -> Iterator[Seen | Unread]:
        # No recursion: folders may lie deeper in each other than Python goes.
        left = [self._folder(descent, start, ignores, must=must)]
        while left:
            item = next(left[-1], None)
            if item is None:
                left.pop()
            elif isinstance(item, tuple) and isinstance(item, Seen | Unread):
                yield item
            else:
                left.append(self._folder(descent, *item))

    def _folder(
        self, descent: Descent, way: Way, ignores: tuple[IgnoreFile, ...], *, must: bool = False
    ) -> Iterator[Seen | Unread | tuple[Way, tuple[IgnoreFile, ...]]]:
        """What is in one folder: files, and ways to folders."""
        path = "/".join(way)
        try:
            found = _listed(descent, way, path)
            self.devices.add(os.stat(descent.folder(way)).st_dev & _SIGNED)  # noqa: PTH116
        except FileNotFoundError:
            if must:
                raise
            return
        except OSError as error:
            if must:
                raise
            yield Unread(path, error.strerror or str(error))
            return
        if found is None:
            return
        below = self._with_ignores(descent, way, found, ignores)
        front = f"{path}/" if path else ""
        for entry in found:
            if entry.name.startswith(".") or not self._is_meant(entry, front + entry.name, below):
                continue
            yield ((*way, entry.name), below) if entry.found is None else entry.found

    def _is_meant(self, entry: _Entry, path: str, ignores: Sequence[IgnoreFile]) -> bool:
        return self._wanted.wants(path, ignores, is_folder=entry.found is None)

    def _with_ignores(
        self, descent: Descent, way: Way, found: list[_Entry], above: tuple[IgnoreFile, ...]
    ) -> tuple[IgnoreFile, ...]:
        names = {entry.name for entry in found if isinstance(entry.found, Seen)}
        mine = [name for name in self._wanted.names if name in names]
        return (*above, *(ignore_file(descent, (*way, name), "/".join(way)) for name in mine))


def _listed(descent: Descent, way: Way, path: str) -> list[_Entry] | None:
    """What is in a folder, by name; None for a data folder of ours. Raises OSError."""
    front = f"{path}/" if path else ""
    with os.scandir(descent.folder(way)) as entries:
        found = [_entry(each, front + each.name) for each in entries]
    known = [each for each in found if each is not None]
    if is_data_folder(entry.name for entry in known):
        return None
    return sorted(known, key=lambda entry: entry.name)


def _entry(entry: os.DirEntry[str], path: str) -> _Entry | None:
    """None for what is no file and no folder: a link, a pipe, a name that is no text."""
    try:
        path.encode()
        if entry.is_dir(follow_symlinks=False):
            return _Entry(entry.name, None)
        if entry.is_symlink():
            return None
        status = entry.stat(follow_symlinks=False)
    except UnicodeEncodeError:
        return None
    except FileNotFoundError:
        return None
    except OSError as error:
        return _Entry(entry.name, Unread(path, error.strerror or str(error)))
    if not stat.S_ISREG(status.st_mode):
        return None
    inode, device = status.st_ino & _SIGNED, status.st_dev & _SIGNED
    return _Entry(entry.name, Seen(path, status.st_size, status.st_mtime_ns, inode, device))
