"""The files that PATH arguments name."""

import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain
from pathlib import Path

from gristmill.schemas.problems.errors import InvalidRequest, PathEmpty, PathForbidden, PathNotFound
from gristmill.schemas.urls import is_url, source_url
from gristmill.storage.walking.folders import FoundFile, matching_files

_LOOKED_AT = 10_000
"""Of a folder, so many names are compared with one that is not there."""


def expect_files(paths: Iterable[str]) -> None:
    """Raises InvalidRequest, PathNotFound, PathEmpty where a path names no file; walks no folder
    to its end. One below that cannot be read does no harm: whoever reads it says so. A URL is
    looked at, and not fetched."""
    for given in paths:
        if is_url(given):
            source_url(given)
        else:
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
    try:
        path.stat()
    except FileNotFoundError:
        raise PathNotFound(f"there is no file or folder at {given}{_near(path)}") from None
    except OSError as error:
        reason = error.strerror or error
        raise PathForbidden(f"{given} cannot be read: {reason}; mend its permissions") from None
    if path.is_file():
        # A link to a file keeps its own name; the folders above it go by their real ones.
        yield FoundFile(str(path.parent.resolve() / path.name), None)
        return
    if not path.is_dir():
        raise PathForbidden(f"{given} is neither a file nor a folder")
    if not os.access(path, os.R_OK | os.X_OK):
        raise PathForbidden(f"the folder {given} may not be read by this user")
    files = matching_files(path.resolve(), None)
    first = next(files, None)
    if first is None:
        raise PathEmpty(f"the folder {given} holds no file but hidden or ignored ones")
    yield from chain((first,), files)


def _near(path: Path) -> str:
    """Which name beside it may be meant."""
    try:
        names = os.listdir(path.parent)  # noqa: PTH208
    except OSError:
        return ""
    close = get_close_matches(path.name, names[:_LOOKED_AT], n=1, cutoff=0.75)
    return f"; did you mean {path.with_name(close[0])}?" if close else ""
