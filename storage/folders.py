"""Walking the folders that a path source names."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path


def matching_files(folder: Path, glob: str | None) -> Iterator[Path]:
    """Every regular file below `folder` that `glob` matches, sorted within each folder.

    `glob` is matched against the path relative to `folder` from the right: `*.pdf` finds PDFs at
    any depth, `reports/*.pdf` those in a folder `reports`, `reports/**/*.pdf` those anywhere
    below one; a leading `/` ties it to `folder` itself. Hidden files and folders are left out.

    Links to files are listed (the reader checks where they lead); links to folders are not
    entered, so there are no loops. Folders that cannot be read are left out.
    """
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if name.startswith(".") or not (glob is None or _matches(path, folder, glob)):
                continue
            if _is_file(path):
                yield path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # Its folder may be listed but not entered.
        return False


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


def _matches(path: Path, folder: Path, glob: str) -> bool:
    return _pattern(glob).fullmatch(path.relative_to(folder).as_posix()) is not None
