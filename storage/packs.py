"""Pack files: many terminal manifests in a file, appended as the jobs end.

    jobs/DAY/MOMENT.ndjson

The first digits of a job's id, a moment of 256 ms (`schemas.ids.moment_of`), name its pack. So the
path follows from the id, and jobs that are accepted one after the other, which end so, too, share
one write and one sync. `storage.pack_lines` says what the lines mean.
"""

import errno
import os
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeVar

from gristmill.schemas.manifest import Manifest
from gristmill.storage import faults
from gristmill.storage.durable import sync_data, sync_folder, write_atomic
from gristmill.storage.group_commit import remove_all
from gristmill.storage.locks import lock_file, share_file
from gristmill.storage.manifest_format import decode
from gristmill.storage.pack_lines import Mark, PackLines, Place, line_of

_RECENT = 4
_MOST_NAMED = 4096
_named: set[Path] = set()
"""Packs whose names this process has made durable."""
_Found = TypeVar("_Found")


class Packs:
    """Safe from any thread and process."""

    # -- writing ------------------------------------------------------------------------------

    def append(self, path: Path, manifests: Iterable[bytes]) -> None:
        """Add encoded manifests to a pack, durably. Raises OSError; some of them may count then,
        and a second try does no harm."""
        with _appending(path) as file:
            end = _write(file, manifests)
            faults.hit("settle.before_sync")
            _make_durable(file, path)
            faults.hit("settle.before_seal")
            # Without it, whoever reads next syncs the file once more.
            with suppress(OSError):
                _write(file, [line_of(Mark(durable=end))])

    def drop(self, path: Path, job_id: str, *, durable: bool) -> None:
        """Make the lines of a job count for nothing. Raises OSError."""
        if self.has(path, job_id):
            with _appending(path) as file:
                _write(file, [line_of(Mark(job_id, gone=True))])
                if durable:
                    faults.disk("pack.fsync")
                    sync_data(file.fileno())

    def remove_if_empty(self, path: Path) -> None:
        """Remove a pack in which nothing is left, unless somebody is at work on it."""
        with suppress(FileNotFoundError, BlockingIOError), _alone_with(path) as file:
            pack = _recent(path)
            with pack.lock:
                pack.read_on(file)
                if not pack.places:
                    faults.disk("pack.unlink")
                    path.unlink()

    def rewrite(self, path: Path, besides: Container[str] = ()) -> None:
        """Keep only the lines that count, but for those of some jobs; no pack where none is left.
        Raises OSError, BlockingIOError among them where somebody is at work on it."""
        with _alone_with(path):
            kept = [line for job_id, line in self.lines(path) if job_id not in besides]
            if kept:
                write_atomic(path, sealed(kept))
            else:
                remove_all([path])

    # -- reading ------------------------------------------------------------------------------

    def find(self, path: Path, job_id: str) -> Manifest | None:
        """A job's manifest in a pack. Raises BrokenManifest, DataFolderUnusable, and OSError where
        it cannot be made sure that the manifest is durable."""

        def read(pack: PackLines, file: BinaryIO) -> bytes | None:
            place = pack.places.get(job_id)
            return None if place is None else _bytes(file, place)

        line = _asked(path, read)
        return None if line is None else decode(line, path)

    def has(self, path: Path, job_id: str) -> bool:
        """Whether a job has a manifest in a pack. Raises OSError."""
        return bool(_asked(path, lambda pack, _: job_id in pack.places))

    def paths(self, day: Path) -> list[Path]:
        """All packs of a day."""
        return sorted(day.glob("[0-9a-f]*.ndjson"))

    def ids(self, path: Path) -> list[str]:
        """The jobs with a manifest in a pack. Raises OSError."""
        return _asked(path, lambda pack, _: list(pack.places)) or []

    def lines(self, path: Path) -> list[tuple[str, bytes]]:
        """Those jobs, each with its line as it is. Raises OSError."""
        return (
            _asked(
                path,
                lambda pack, file: [(i, _bytes(file, place)) for i, place in pack.places.items()],
            )
            or []
        )

    def torn(self, path: Path) -> list[bytes]:
        """The lines that are not whole. Raises OSError."""
        return _asked(path, lambda pack, file: [_bytes(file, p) for p in pack.torn]) or []


_recent = lru_cache(maxsize=_RECENT)(lambda _path: PackLines())


def _asked(path: Path, ask: Callable[[PackLines, BinaryIO], _Found]) -> _Found | None:
    """What `ask` finds in a pack; None where there is no pack.

    What was found is durable by then: its writer may not have come to the sync yet, or may have
    been killed before it.
    """
    with suppress(FileNotFoundError), open(path, "rb", buffering=0) as file:
        pack = _recent(path)
        with pack.lock:
            pack.read_on(file)
            found, sealed, seen = ask(pack, file), pack.sealed, pack.seen
        if found and not sealed:
            _make_durable(file, path)
            with pack.lock:
                pack.made_durable(file, seen)
        return found
    return None


@contextmanager
def _appending(path: Path) -> Iterator[BinaryIO]:
    """A pack to append to, which nobody removes meanwhile."""
    while True:
        faults.disk("pack.open")
        with open(path, "ab", buffering=0) as file:
            share_file(file.fileno())
            found = os.fstat(file.fileno())
            if not found.st_size:
                _named.discard(path)
            # Otherwise it was removed between the two.
            if found.st_nlink:
                yield file
                return


@contextmanager
def _alone_with(path: Path) -> Iterator[BinaryIO]:
    """A pack that nobody appends to meanwhile. Raises BlockingIOError where somebody does."""
    with open(path, "r+b", buffering=0) as file:
        lock_file(file.fileno())
        yield file


def _write(file: BinaryIO, lines: Iterable[bytes]) -> int:
    """Append lines; returns where they end. What came before may be half a line."""
    data = b"\n" + _joined(lines)
    faults.disk("pack.write")
    if file.write(data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file.name)
    return file.tell()


def _make_durable(file: BinaryIO, path: Path) -> None:
    faults.disk("pack.fsync")
    sync_data(file.fileno())
    if path not in _named:
        sync_folder(path.parent)
        if len(_named) >= _MOST_NAMED:
            _named.clear()
        _named.add(path)


def sealed(lines: Iterable[bytes]) -> bytes:
    """The content of a pack with these manifests, to be written whole and durably."""
    data = _joined(lines)
    return data + _joined([line_of(Mark(durable=len(data)))])


def _bytes(file: BinaryIO, place: Place) -> bytes:
    file.seek(place.start)
    return file.read(place.length)


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
