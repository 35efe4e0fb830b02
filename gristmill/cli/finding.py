"""The files that PATH arguments name."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from gristmill.schemas.errors import InvalidRequest, PathEmpty, PathNotFound
from gristmill.storage.folders import matching_files


def expect_files(paths: Iterable[str]) -> None:
    """Raises PathNotFound, PathEmpty where a path names no file; walks no folder to its end."""
    for given in paths:
        next(files_at(given))


def files_at(given: str) -> Iterator[Path]:
    """The file, or every file below the folder. Raises InvalidRequest, PathNotFound, PathEmpty."""
    if not given:
        # To pathlib it is the current folder; to a shell, most often a variable that is not set.
        raise InvalidRequest("a PATH is empty; name a file or a folder, . for the current folder")
    path = Path(given)
    if path.is_file():
        # A link to a file keeps its own name; the folders above it go by their real ones.
        yield path.parent.resolve() / path.name
        return
    if not path.is_dir():
        raise PathNotFound(f"there is no file or folder at {given}")
    files = (Path(found.path) for found in matching_files(path.resolve(), None))
    first = next(files, None)
    if first is None:
        raise PathEmpty(f"the folder {given} holds no file")
    yield from chain((first,), files)
