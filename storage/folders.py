"""Walking the folders that a path source names."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePath


def matching_files(folder: Path, glob: str | None) -> Iterator[Path]:
    """Every regular file below `folder` that `glob` matches, sorted within each folder.

    `glob` is matched against the path relative to `folder` from the right, so `*.pdf` finds
    PDFs at any depth and `reports/*.pdf` only those in a `reports` folder. Hidden files and
    folders are left out. Links to files are listed (the reader checks where they lead); links
    to folders are not entered, so there are no loops. Folders that cannot be read are left out.
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


def _matches(path: Path, folder: Path, glob: str) -> bool:
    relative = PurePath(path.relative_to(folder))
    # "**/" may also stand for no folder at all, which PurePath.match does not know.
    return relative.match(glob) or (glob.startswith("**/") and relative.match(glob[3:]))
