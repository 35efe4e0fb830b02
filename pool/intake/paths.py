"""Path sources, checked before anything is stored."""

import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.sources import Located, PathSource
from gristmill.schemas.problems.errors import (
    InvalidRequest,
    PathEmpty,
    PathForbidden,
    PathNotFound,
    PathNotShared,
)
from gristmill.storage.layout import data_folder_around
from gristmill.storage.walking.beneath import way_below
from gristmill.storage.walking.folders import matching_files


def locate(
    source: PathSource,
    roots: Sequence[str],
    *,
    trusted: bool,
    shared: Sequence[str] | None = None,
) -> Located:
    """Resolve a path source, links first, and check that it names something to read.

    `roots` are the allowed folders; a `trusted` caller may name any path, whose own folder then
    bounds it. `shared` are the folders that all who may read it see, None where that is this
    machine alone. Raises PathForbidden, PathNotShared, PathNotFound, PathEmpty, InvalidRequest.
    """
    _check_glob(source.glob)
    try:
        path = Path(source.path).resolve()
        # A manifest is JSON, which cannot hold a name that is no text.
        str(path).encode()
    except (OSError, RuntimeError, ValueError):
        raise PathNotFound(f"the path {source.path!r} cannot be resolved") from None
    root = _own_root(path) if trusted else _allowed_root(path, source.path, roots)
    if shared is not None and not is_shared(str(path), shared):
        raise PathNotShared(
            f"{source.path} may not be on the nodes that would read it: upload it (`gristmill "
            "ingest --server URL` does), or name a folder that all nodes have with --shared-root"
        )
    if not _exists(path):
        raise PathNotFound(f"there is nothing at {source.path}")
    # First: what may not be entered cannot be looked into for a data folder either.
    if not os.access(path, os.R_OK | os.X_OK if path.is_dir() else os.R_OK):
        raise PathForbidden(f"{source.path} may not be read by the service")
    if (data := data_folder_around(path)) is not None:
        raise PathForbidden(f"{source.path} belongs to the data folder {data.name} of a service")
    if path.is_dir():
        if next(iter(matching_files(path, source.glob)), None) is None:
            wanted = f"no file that matches {source.glob!r}" if source.glob else "no file"
            raise PathEmpty(f"the folder {source.path} holds {wanted}")
    elif not path.is_file():
        raise PathForbidden(f"{source.path} is neither a file nor a folder")
    return Located(str(path), str(root), source.glob)


def shared_roots(settings: Settings) -> Sequence[str] | None:
    """The folders that all workers see under the same path; None where all are of this machine."""
    return settings.shared_roots if settings.engine == "dask" else None


def is_shared(path: str, shared: Sequence[str]) -> bool:
    """Whether a resolved path lies in one of the shared folders."""
    return any(way_below(os.path.realpath(root), path) is not None for root in shared)


def _check_glob(glob: str | None) -> None:
    try:
        PurePath("a").match(glob or "*")
        (glob or "").encode()
    except ValueError:
        raise InvalidRequest(f"the glob {glob!r} can match no file") from None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # Too long a name, or a folder on the way that may not be entered.
        return False


def _own_root(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _allowed_root(path: Path, named: str, roots: Sequence[str]) -> Path:
    for root in roots:
        resolved = Path(root).resolve()
        if path == resolved or resolved in path.parents:
            return resolved
    if not roots:
        raise PathForbidden(
            f"path sources are off: {named} is not readable by the service; "
            "allow a folder with --allow-root"
        )
    raise PathForbidden(f"{named} is outside the allowed roots")
