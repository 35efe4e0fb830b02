"""Writing to what `--output` names: a file whole or not at all, anything else directly."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO

from gristmill.schemas.problems.errors import InvalidRequest, PathNotFound
from gristmill.storage.disk.durable import sync_folder, temp_beside

STANDARD_OUTPUT = ("-", "/dev/stdout")


def write_lines(given: str, pieces: Iterable[bytes]) -> int:
    """Write lines to `given`; returns their number. A regular file, or a new one, holds the old
    bytes or all the new ones, and keeps its mode; links are followed. A FIFO or a device is
    written to as it is. Raises PathNotFound, InvalidRequest, OSError that names `given`."""
    if not given or given.endswith(os.sep):
        raise InvalidRequest(f"--output {given!r} names no file; name one")
    lines = 0
    target = Path(os.path.realpath(given))
    temp = temp_beside(target)
    with _named(given, temp), _opened(given, target, temp) as file:
        for piece in pieces:
            file.write(piece)
            lines += piece.count(b"\n")
    return lines


def _opened(given: str, target: Path, temp: Path) -> AbstractContextManager[IO[bytes]]:
    there = _look(given)
    if there is None or _is_replaceable(there, target):
        return _replacing(target, temp, there)
    return open(given, "wb")


@contextmanager
def _replacing(target: Path, temp: Path, there: os.stat_result | None) -> Iterator[IO[bytes]]:
    """A file beside `target` that takes its place in the end."""
    try:
        with open(temp, "xb", opener=_private) as file:
            yield file
            _take_after(file.fileno(), there)
            file.flush()
            os.fsync(file.fileno())
        temp.replace(target)
    except BaseException:
        with suppress(OSError):
            temp.unlink()
        raise
    sync_folder(target.parent)


def _look(given: str) -> os.stat_result | None:
    try:
        return os.stat(given)  # noqa: PTH116
    except FileNotFoundError:
        return None


def _is_replaceable(there: os.stat_result, target: Path) -> bool:
    """A regular file that has a name: what /proc/self/fd leads to may have none."""
    if not stat.S_ISREG(there.st_mode):
        return False
    named = _look(str(target))
    return named is not None and os.path.samestat(there, named)


def _private(path: str, flags: int) -> int:
    # Nobody who may not read the old file may read the new one meanwhile.
    return os.open(path, flags, 0o600)


def _take_after(descriptor: int, there: os.stat_result | None) -> None:
    """Give the new file the mode of the old one, else that of any new file."""
    if os.name == "nt":
        return  # files have no such modes there
    if there is None:
        umask = os.umask(0)
        os.umask(umask)
        os.fchmod(descriptor, 0o666 & ~umask)
        return
    with suppress(OSError):
        # Only root can; for others it is their own file already, or becomes theirs.
        os.fchown(descriptor, there.st_uid, there.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(there.st_mode))


@contextmanager
def _named(given: str, temp: Path) -> Iterator[None]:
    """Errors name the path that was given, never a temporary one, and say what to do."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename not in (None, given, str(temp), str(temp.parent)):
            raise  # of what is read
        raise _error_of(error, given, temp.parent) from None


def _error_of(error: OSError, given: str, folder: Path) -> Exception:
    if isinstance(error, FileNotFoundError):
        return PathNotFound(f"cannot write {given}: there is no folder {folder}; make it first")
    if isinstance(error, IsADirectoryError):
        return InvalidRequest(f"cannot write {given}: it is a folder; name a file in it")
    if isinstance(error, NotADirectoryError):
        return InvalidRequest(f"cannot write {given}: {folder} is no folder; name another")
    advice = "; write to another place" if isinstance(error, PermissionError) else ""
    return type(error)(error.errno, f"{error.strerror}{advice}", given)
