"""Walking the folders that a path source names."""

import os
import re
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple


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
    return _below(str(folder), "", None if glob is None else _pattern(glob))


def _below(folder: str, way: str, pattern: re.Pattern[str] | None) -> Iterator[FoundFile]:
    """`way` leads here from where the walk began. One look at each entry: a walk may meet
    hundreds of thousands."""
    folders: list[os.DirEntry[str]] = []
    for entry in _listed(folder):
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry)
        elif (not pattern or pattern.fullmatch(way + entry.name)) and (found := _found(entry)):
            yield found
    for entry in folders:
        yield from _below(entry.path, f"{way}{entry.name}/", pattern)


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


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as an expression for a whole relative path: `*` and `?` stay within a name, `**`
    is any number of folders, none included."""
    parts = [part for part in glob.split("/") if part not in ("", ".")]
    if not glob.startswith("/"):
        parts.insert(0, "**")
    folders = ["(?:[^/]+/)*" if part == "**" else _name(part) + "/" for part in parts[:-1]]
    last = ".*" if parts[-1:] == ["**"] else "".join(_name(part) for part in parts[-1:])
    return re.compile("".join(folders) + last, re.DOTALL)


def _name(part: str) -> str:
    pieces = re.split(r"(\*+|\?|\[!?[^\]]+\])", part)
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if piece.startswith("*"):
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if piece.startswith("[") and piece.endswith("]"):
        return piece.replace("[!", "[^", 1).replace("\\", r"\\")
    return re.escape(piece)
