"""The files that PATH arguments name."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from gristmill.schemas.errors import PathEmpty, PathForbidden, PathNotFound
from gristmill.storage.folders import FoundFile, matching_files


def expect_files(paths: Iterable[str]) -> None:
    """Raises PathNotFound, PathEmpty where a path names no file; walks no folder to its end."""
    for given in paths:
        next(files_at(given))


def files_at(given: str) -> Iterator[Path]:
    """The file, or every file below the folder. Raises PathNotFound, PathEmpty, PathForbidden."""
    path = Path(given)
    if path.is_file():
        # A link to a file keeps its own name; the folders above it go by their real ones.
        yield path.parent.resolve() / path.name
        return
    if not path.is_dir():
        raise PathNotFound(f"there is no file or folder at {given}")
    files = map(_readable, matching_files(path.resolve(), None))
    first = next(files, None)
    if first is None:
        raise PathEmpty(f"the folder {given} holds no file")
    yield from chain((first,), files)


def _readable(found: FoundFile) -> Path:
    if found.trouble is not None:
        raise PathForbidden(f"the folder {found.path} cannot be read: {found.trouble}")
    return Path(found.path)
