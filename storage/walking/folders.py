"""Walking the folders that a path source names."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gristmill.storage.layout import is_data_folder
from gristmill.storage.walking.beneath import Descent, way_below
from gristmill.storage.walking.globs import glob_of
from gristmill.storage.walking.ignoring import GRISTIGNORE, Filter, IgnoreFile, ignore_file

_ALL = Filter()


class FoundFile(NamedTuple):
    """A file below a folder. `size` is in bytes, None for a link, which may lead anywhere, and for
    what may not be looked at. With `trouble` it is a folder that could not be read, for that
    reason."""

    path: str
    size: int | None
    trouble: str | None = None


def matching_files(
    folder: Path, glob: str | None, root: str | Path | None = None
) -> Iterator[FoundFile]:
    """Every regular file below `folder` that `glob` matches, sorted within each folder.

    `glob` is matched against the path relative to `folder` from the right: `*.pdf` finds PDFs at
    any depth, `reports/*.pdf` those in a folder `reports`, `reports/**/*.pdf` those anywhere
    below one; a leading `/` ties it to `folder` itself. Hidden files and folders are left out, and
    so is what `.gristignore` files in `folder` and below say.

    Links to files are listed (the reader checks where they lead); links to folders are not
    entered, so there are no loops, nor is what takes a folder's place while we look, also on the
    way from `root` to `folder`. Nor are data folders of ours. A folder that cannot be read is
    listed with its trouble, whatever the glob: what is in it would be missed in silence.
    """
    start = way_below(str(root), str(folder)) if root is not None else None
    with Descent(str(root if start else folder)) as descent:
        yield from _walked(descent, start or (), str(folder), glob)


def _walked(
    descent: Descent, start: tuple[str, ...], top: str, glob: str | None
) -> Iterator[FoundFile]:
    """`start` leads from where the descent begins to the folder at `top`."""
    wanted = None if glob is None else glob_of(glob)
    # The folders that are left, each as its way from `top`. No recursion: they may lie deeper in
    # each other than Python goes. One look at each entry: a walk may meet hundreds of thousands.
    left: list[tuple[tuple[str, ...], tuple[IgnoreFile, ...]]] = [((), ())]
    while left:
        way, ignores = left.pop()
        path = os.path.join(top, *way)  # noqa: PTH118 - ten times as fast
        folders: list[tuple[tuple[str, ...], tuple[IgnoreFile, ...]]] = []
        try:
            entries = _listed(descent.folder((*start, *way)))
        except FileNotFoundError:
            continue
        except OSError as error:
            yield FoundFile(path, None, error.strerror or str(error))
            continue
        front = "".join(f"{name}/" for name in way)
        if entries and entries[0].name == GRISTIGNORE:
            del entries[0]
            file = ignore_file(descent, (*start, *way, GRISTIGNORE), front.rstrip("/"))
            ignores = (*ignores, file)
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if ignores and not _ALL.wants(front + entry.name, ignores, is_folder=is_folder):
                continue
            if is_folder:
                folders.append(((*way, entry.name), ignores))
            elif (wanted is None or wanted.matches(front + entry.name)) and (
                found := _found(entry, f"{path}{os.sep}{entry.name}")
            ):
                yield found
        left += reversed(folders)


def _listed(folder: int | str) -> list[os.DirEntry[str]]:
    """What is not hidden in a folder, sorted by name, after its ignore file. Raises OSError."""
    with os.scandir(folder) as entries:
        found: Iterator[os.DirEntry[str]] = entries
        seen = [entry for entry in found if not entry.name.startswith(".") or _is_ignore(entry)]
    if is_data_folder(entry.name for entry in seen):
        return []
    return sorted(seen, key=lambda entry: (entry.name != GRISTIGNORE, entry.name))


def _is_ignore(entry: os.DirEntry[str]) -> bool:
    return entry.name == GRISTIGNORE and entry.is_file(follow_symlinks=False)


def _found(entry: os.DirEntry[str], path: str) -> FoundFile | None:
    try:
        if entry.is_symlink():
            return FoundFile(path, None) if entry.is_file() else None
        status = entry.stat(follow_symlinks=False)
    except PermissionError:
        # Its folder may be listed but not entered: whoever reads it says so.
        return FoundFile(path, None)
    except OSError:
        return None
    return FoundFile(path, status.st_size) if stat.S_ISREG(status.st_mode) else None
