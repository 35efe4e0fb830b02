"""Pack files: many manifests in a file that only grows, so that jobs share a write and a sync.

Those of ended jobs (`storage.manifests.ends`) and of pending ones (`storage.manifests.batches`)
lie in packs. A job's id says in which, so no index is needed; `storage.manifests.pack_lines` says
what the lines mean.
"""

import errno
import os
import time
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeVar

from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.storage import faults
from gristmill.storage.damaged import UNREADABLE
from gristmill.storage.disk.durable import private, sync_data, sync_folder, write_atomic
from gristmill.storage.disk.group_commit import remove_all
from gristmill.storage.disk.locks import lock_file, share_file
from gristmill.storage.disk.turns import LOOK_EVERY_S
from gristmill.storage.manifests.manifest_format import decode
from gristmill.storage.manifests.pack_lines import LinePlace, Mark, PackLines, line_of, mark_of

_RECENT = 4
_CUT_OFF_S = 1.0
_SHARE_S = 5.0
_MOST_NAMED = 4096
_named: set[Path] = set()
"""Packs whose names this process has made durable."""
_Found = TypeVar("_Found")


class Packs:
    """Safe from any thread and process.

    With `seals`, what was read is durable by then: its writer may not have come to the sync yet, or
    may have been killed before it, and then the reader syncs. A seal says that there is no need.
    """

    def __init__(self, *, seals: bool) -> None:
        self._seals = seals
        self._stage = "settle" if seals else "accept"

    # -- writing ------------------------------------------------------------------------------

    def append(self, path: Path, manifests: Iterable[bytes]) -> None:
        """Add encoded manifests to a pack, durably. Raises OSError; some of them may count then,
        and a second try does no harm."""
        with _appending(path) as file:
            end = _write(file, manifests)
            faults.hit(f"{self._stage}.before_sync")
            _make_durable(file, path)
            if self._seals:
                faults.hit("settle.before_seal")
                # Without it, whoever reads next syncs the file once more.
                with suppress(OSError):
                    _write(file, [line_of(Mark(durable=end))])

    def drop(self, path: Path, job_ids: Collection[str], *, durable: bool) -> None:
        """Make the lines of some jobs count for nothing. Raises OSError."""
        if there := self.among(path, job_ids):
            with _appending(path) as file:
                _write(file, [line_of(Mark(job_id, gone=True)) for job_id in there])
                if durable:
                    faults.disk("pack.fsync")
                    sync_data(file.fileno())

    def cut_off(self, path: Path, job_ids: Collection[str]) -> bool:
        """Take the lines of some jobs off the end of a pack, which needs no room on the disk.
        Returns whether that could be done: not where others follow. Raises OSError."""
        deadline = time.monotonic() + _CUT_OFF_S
        while time.monotonic() < deadline:
            with suppress(BlockingIOError), _alone_with(path) as file:
                pack = _recent(path)
                with pack.lock:
                    pack.read_on(file)
                    start = pack.start_of_last(job_ids)
                if start is not None:
                    file.truncate(start)
                    sync_data(file.fileno())
                    return True
            time.sleep(LOOK_EVERY_S)
        return False

    def remove_if_empty(self, path: Path, besides: Container[str] = ()) -> bool:
        """Remove a pack in which nothing is left, or only lines of some jobs, unless somebody is at
        work on it. Returns whether it did."""
        with suppress(FileNotFoundError, BlockingIOError), _alone_with(path) as file:
            pack = _recent(path)
            with pack.lock:
                pack.read_on(file)
                if all(job_id in besides for job_id in pack.places):
                    faults.disk("pack.unlink")
                    path.unlink()
                    return True
        return False

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

        line = self._asked(path, read)
        return None if line is None else decode(line, path)

    def has(self, path: Path, job_id: str) -> bool:
        """Whether a job has a manifest in a pack. Raises OSError."""
        return bool(self._asked(path, lambda pack, _: job_id in pack.places))

    def among(self, path: Path, job_ids: Iterable[str]) -> list[str]:
        """Those jobs that have a manifest in a pack. Raises OSError."""
        return self._asked(path, lambda pack, _: [i for i in job_ids if i in pack.places]) or []

    def ids(self, path: Path) -> list[str]:
        """The jobs with a manifest in a pack. Raises OSError."""
        return self._asked(path, lambda pack, _: list(pack.places)) or []

    def first_id(self, path: Path) -> str | None:
        """The job of a pack's first line, which may count no more; None where that says none."""
        with suppress(FileNotFoundError, *UNREADABLE), open(path, "rb") as file:
            # An append begins with a line break.
            first = file.readline().strip() or file.readline()
            job_id = mark_of(first).job_id
            return job_id if is_job_id(job_id) else None
        return None

    def lines(self, path: Path) -> list[tuple[str, bytes]]:
        """Those jobs, each with its line as it is. Raises OSError."""
        return (
            self._asked(
                path,
                lambda pack, file: [(i, _bytes(file, place)) for i, place in pack.places.items()],
            )
            or []
        )

    def torn(self, path: Path) -> list[bytes]:
        """The lines that are not whole. Raises OSError."""
        return self._asked(path, lambda pack, file: [_bytes(file, p) for p in pack.torn]) or []

    def _asked(self, path: Path, ask: Callable[[PackLines, BinaryIO], _Found]) -> _Found | None:
        """What `ask` finds in a pack; None where there is no pack."""
        with suppress(FileNotFoundError), open(path, "rb", buffering=0) as file:
            pack = _recent(path)
            with pack.lock:
                pack.read_on(file)
                found, sealed, seen = ask(pack, file), pack.sealed, pack.seen
            if self._seals and found and not sealed:
                _make_durable(file, path)
                with pack.lock:
                    pack.made_durable(file, seen)
            return found
        return None


_recent = lru_cache(maxsize=_RECENT)(lambda _path: PackLines())


def packs_in(folder: Path) -> list[Path]:
    """All packs of a folder."""
    return sorted(folder.glob("[0-9a-f]*.ndjson"))


@contextmanager
def _appending(path: Path) -> Iterator[BinaryIO]:
    """A pack to append to, which nobody removes meanwhile."""
    while True:
        faults.disk("pack.open")
        with open(path, "ab", buffering=0, opener=private) as file:
            _share(file)
            found = os.fstat(file.fileno())
            if not found.st_size:
                _named.discard(path)
            # Otherwise it was removed between the two.
            if found.st_nlink:
                yield file
                return


def _share(file: BinaryIO) -> None:
    """Whoever has it alone keeps it for a moment, unless he is stopped in it: that must not stop
    everybody. Raises TimeoutError."""
    deadline = time.monotonic() + _SHARE_S
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            share_file(file.fileno())
            return
        time.sleep(LOOK_EVERY_S)
    raise TimeoutError(errno.ETIMEDOUT, f"somebody has kept {file.name} locked for {_SHARE_S:g} s")


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


def _bytes(file: BinaryIO, place: LinePlace) -> bytes:
    file.seek(place.start)
    return file.read(place.length)


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
