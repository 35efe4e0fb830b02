"""Many durable writes for the price of a few: fsyncs overlap, a folder is synced once."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from gristmill.storage import faults
from gristmill.storage.disk.durable import sync_folder, write_atomic
from gristmill.storage.disk.overlapped import overlapped


def write_all(files: Sequence[tuple[Path, bytes]]) -> list[OSError | None]:
    """Put each file's data at its path, each as safe as by `write_atomic`.

    Returns what went wrong with each, None where it is durable. A file whose folder could not be
    synced may have its name all the same.
    """
    outcomes = overlapped(_write, files)
    written = [path for (path, _), error in zip(files, outcomes, strict=True) if error is None]
    unsynced = sync_folders(path.parent for path in written)
    return [
        error or unsynced.get(path.parent) for (path, _), error in zip(files, outcomes, strict=True)
    ]


def remove_all(paths: Sequence[Path]) -> None:
    """Remove files for good. Missing ones are no error. Raises the first OSError, after it has
    removed what could be removed."""
    errors: list[OSError] = []
    for path in paths:
        try:
            faults.disk("durable.unlink")
            path.unlink(missing_ok=True)
        except OSError as error:
            errors.append(error)
    errors += sync_folders(path.parent for path in paths).values()
    if errors:
        raise errors[0]


def sync_folders(folders: Iterable[Path]) -> dict[Path, OSError]:
    """Make the names in some folders durable; returns those that could not be, and why."""
    each = list(dict.fromkeys(folders))
    outcomes = overlapped(_sync, each)
    return {path: error for path, error in zip(each, outcomes, strict=True) if error is not None}


def _write(file: tuple[Path, bytes]) -> OSError | None:
    try:
        write_atomic(*file, durable=False)
    except OSError as error:
        return error
    return None


def _sync(folder: Path) -> OSError | None:
    try:
        sync_folder(folder)
    except OSError as error:
        return error
    return None
