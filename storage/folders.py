"""Walking the folders that a path source names."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gristmill.storage.globs import glob_of


class FoundFile(NamedTuple):
    """A file below a folder. `size` is in bytes, None for a link, which may lead anywhere."""

    path: str
    size: int | None


def matching_files(folder: Path, glob: str | None) -> Iterator[FoundFile]:
    """Every regular file below `folder` that `glob` matches, sorted within each folder.

    `glob` is matched against the path relative to `folder` from the right: `*.pdf` finds PDFs at
    any depth, `reports/*.pdf` those in a folder `reports`, `reports/**/*.pdf` those anywhere
    below one; a leading `/` ties it to `folder` itself. Hidden files and folders are left out.

    Links to files are listed (the reader checks where they lead); links to folders are not
    entered, so there are no loops. Folders that cannot be read are left out.
    """
    wanted = None if glob is None else glob_of(glob)
    # The folders that are left, each with the way to it from where the walk began. No recursion:
    # they may lie deeper in each other than Python goes. One look at each entry: a walk may meet
    # hundreds of thousands.
    left = [(str(folder), "")]
    while left:
        path, way = left.pop()
        folders: list[tuple[str, str]] = []
        for entry in _listed(path):
            if entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, f"{way}{entry.name}/"))
            elif (wanted is None or wanted.matches(way + entry.name)) and (found := _found(entry)):
                yield found
        left += reversed(folders)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    """What is not hidden in a folder, sorted by name; nothing where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            seen = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return []
    return sorted(seen, key=lambda entry: entry.name)


def _found(entry: os.DirEntry[str]) -> FoundFile | None:
    try:
        if entry.is_symlink():
            return FoundFile(entry.path, None) if entry.is_file() else None
        status = entry.stat(follow_symlinks=False)
    except OSError:
        # Its folder may be listed but not entered.
        return None
    return FoundFile(entry.path, status.st_size) if stat.S_ISREG(status.st_mode) else None
