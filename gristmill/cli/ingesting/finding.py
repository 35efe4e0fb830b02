"""The files that PATH arguments name."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from gristmill.schemas.problems.errors import InvalidRequest, PathEmpty, PathForbidden, PathNotFound
from gristmill.storage.folders import FoundFile, matching_files


def expect_files(paths: Iterable[str]) -> None:
    """Raises InvalidRequest, PathNotFound, PathEmpty where a path names no file; walks no folder
    to its end. A folder that cannot be read does: whoever reads it says so."""
    for given in paths:
        next(_found(given))


def files_at(given: str) -> Iterator[Path]:
    """The file, or every file below the folder. Raises InvalidRequest, PathNotFound, PathEmpty,
    PathForbidden."""
    for found in _found(given):
        if found.trouble is not None:
            raise PathForbidden(f"the folder {found.path} cannot be read: {found.trouble}")
        yield Path(found.path)


def _found(given: str) -> Iterator[FoundFile]:
    if not given:
        # To pathlib it is the current folder; to a shell, most often a variable that is not set.
        raise InvalidRequest("a PATH is empty; name a file or a folder, . for the current folder")
    path = Path(given)
    if path.is_file():
        # A link to a file keeps its own name; the folders above it go by their real ones.
        yield FoundFile(str(path.parent.resolve() / path.name), None)
        return
    if not path.is_dir():
        raise PathNotFound(f"there is no file or folder at {given}")
    files = matching_files(path.resolve(), None)
    first = next(files, None)
    if first is None:
        raise PathEmpty(f"the folder {given} holds no file")
    yield from chain((first,), files)
