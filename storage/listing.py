"""Which jobs have a manifest file of their own in a folder."""

import fnmatch
import os
from pathlib import Path

_OWN = "[0-9a-f]*.json"


def job_ids_in(folder: Path) -> list[str]:
    """Ids of the manifests in a folder, oldest first; none where it is missing. From the names
    alone: a folder may hold a million, and a Path for each would cost a gigabyte."""
    try:
        with os.scandir(folder) as files:
            names = fnmatch.filter((file.name for file in files), _OWN)
    except FileNotFoundError:
        return []
    return sorted(name.removesuffix(".json") for name in names)
