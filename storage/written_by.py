"""Which version has worked on a data folder, for whoever meets it with a version that is too old.

`gristmill-version` in the data folder holds the newest one that ever supervised it. It never goes
back: files of the newest version stay, whoever comes after.
"""

import re
from pathlib import Path

from gristmill.schemas.version import VERSION
from gristmill.storage.disk.durable import write_atomic
from gristmill.storage.layout import DataFolder, data_folder_around

_FORM = re.compile(r"\d{1,6}(?:\.\d{1,6}){1,3}")
_MOST_BYTES = 64


def note_version(folder: DataFolder, version: str = VERSION) -> None:
    """Write down that `version` works on the data folder, unless a newer one did. Raises
    OSError."""
    before = noted_version(folder)
    if before is None or _order(before) < _order(version):
        write_atomic(folder.version_note, f"{version}\n".encode())


def noted_version(folder: DataFolder) -> str | None:
    """The newest version that worked on the data folder, None where nothing tells."""
    try:
        with open(folder.version_note, "rb") as file:
            text = file.read(_MOST_BYTES).decode("ascii", "replace").strip()
    except OSError:
        return None
    return text if _FORM.fullmatch(text) else None


def what_to_use(path: Path) -> str:
    """What to do about the file `path` of a data folder that is too new for this version."""
    root = data_folder_around(path)
    version = None if root is None else noted_version(DataFolder.at(root))
    if version is None or _order(version) <= _order(VERSION):
        return "use the version of Gristmill that wrote this data folder, or a newer one"
    return f"use Gristmill {version}, which wrote this data folder, or a newer one"


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
