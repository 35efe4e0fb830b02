"""Which manifest files there are in a folder: those of one job, and packs."""

import fnmatch
import os
from pathlib import Path

_OWN, _PACKS = "[0-9a-f]*.json", "[0-9a-f]*.ndjson"


def job_ids_in(folder: Path) -> list[str]:
    """Ids of the manifests in a folder, oldest first; none where it is missing. From the names
    alone: a folder may hold a million, and a Path for each would cost a gigabyte."""
    return sorted(name.removesuffix(".json") for name in _names(folder, _OWN))


def moments_in(folder: Path) -> set[str]:
    """The moments of which there is a pack (`storage.manifests.packs`)."""
    return {name.removesuffix(".ndjson") for name in _names(folder, _PACKS)}


def _names(folder: Path, pattern: str) -> list[str]:
    try:
        with os.scandir(folder) as files:
            return fnmatch.filter((file.name for file in files), pattern)
    except FileNotFoundError:
        return []
