"""Which folders may be mirrored."""

import os
from pathlib import Path

from gristmill.pool.intake.paths import locate
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.sources import PathSource
from gristmill.schemas.mirrors import MirrorSpec
from gristmill.schemas.problems.errors import PathEmpty, PathForbidden, PathNotFound
from gristmill.storage.walking.beneath import way_below


def folder_and_root(path: str, settings: Settings, *, trusted: bool) -> tuple[str, str]:
    """The folder at a path, its links resolved, and the one that bounds it. Raises PathForbidden,
    PathNotFound."""
    try:
        located = locate(PathSource(path), settings.allow_roots, trusted=trusted)
    except PathEmpty:
        # It may fill.
        real = os.path.realpath(path)
        root = next((r for r in _roots(settings) if way_below(r, real) is not None), real)
        return real, real if trusted else root
    if not Path(located.path).is_dir():
        raise PathForbidden(f"{path} is no folder: a mirror follows all files below one")
    return located.path, located.root


def expect_allowed(spec: MirrorSpec, settings: Settings) -> None:
    """What was allowed once may be no longer. Raises PathForbidden, PathNotFound."""
    if not Path(spec.path).is_dir():
        raise PathNotFound(f"there is no folder at {spec.path}; perhaps a disk is not mounted")
    if os.path.realpath(spec.path) != spec.path:
        raise PathForbidden(f"a link has taken the place of {spec.path}, or of a folder above it")
    if not spec.trusted and all(way_below(r, spec.path) is None for r in _roots(settings)):
        raise PathForbidden(f"{spec.path} is outside the allowed roots")


def _roots(settings: Settings) -> list[str]:
    return [os.path.realpath(root) for root in settings.allow_roots]
