"""What is in a data folder is for its owner alone, whatever the umask.

All that we make there is made so. A folder that others may enter was made by an older version, or
by hand; once it may not be entered, nothing in it can be reached.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.storage.layout import DataFolder

_OTHERS = 0o077


def make_private(folder: DataFolder) -> int:
    """Take everybody else's rights away from a data folder; returns from how many files and
    folders. Looks at no more than the folder itself where that was done before.

    Raises DataFolderUnusable where it belongs to another user, or this one may not do it.
    """
    if os.name == "nt":  # pragma: no cover
        return 0
    root = folder.root
    found = root.stat()
    if found.st_uid != os.geteuid():
        raise DataFolderUnusable(
            f"the data folder {root} belongs to {_name_of(found.st_uid)}, and this is "
            f"{_name_of(os.geteuid())}: run as its owner, give it to this user (chown -R), "
            "or choose another with --data"
        )
    if not found.st_mode & _OTHERS:
        return 0
    try:
        number = sum(_take_away(Path(entry)) for entry in _below(root))
        # Last: while others may enter it, it was not done.
        return number + _take_away(root)
    except PermissionError as error:
        raise DataFolderUnusable(
            f"{error.filename} may be read by others, and this user may not change that: mend its "
            "owner (chown) or its mode (chmod go-rwx)"
        ) from None


def _below(root: Path) -> list[str]:
    return [
        os.path.join(where, name)  # noqa: PTH118  # there may be a million
        for where, folders, files in os.walk(root)
        for name in (*folders, *files)
    ]


def _take_away(path: Path) -> bool:
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
            return True
    return False


def _name_of(uid: int) -> str:
    try:
        import pwd

        return f"user {pwd.getpwuid(uid).pw_name}"
    except (ImportError, KeyError):
        return f"user {uid}"
