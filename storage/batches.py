"""Batch files: the pending manifests of jobs that were accepted together, in one durable write.

A line each. A job's id says where to look for it: the ids of a batch end in the same twelve digits,
which name its file. A line counts while its job has not ended, so nothing has to be taken out when
one does; only what is withdrawn is.
"""

import os
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

import msgspec

from gristmill.schemas.manifest import Manifest
from gristmill.storage.durable import make_folder, write_atomic
from gristmill.storage.group_commit import remove_all
from gristmill.storage.layout import DataFolder
from gristmill.storage.locks import hold
from gristmill.storage.manifest_format import BrokenManifest, decode

_encode_lines = msgspec.json.Encoder().encode_lines
_RECENT = 16
_Lines = dict[str, bytes]
_Stamp = tuple[int, int, int]


class _Named(msgspec.Struct):
    job_id: str


_name = msgspec.json.Decoder(_Named).decode


class Batches:
    """The batch files of one data folder."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._seen: dict[str, _Stamp] = {}
        """Files in which there was no stray; while a file is the same, there will be none."""

    def add(self, manifests: Sequence[Manifest]) -> None:
        """Store manifests whose ids name one batch file, durably. Raises OSError."""
        path, lines = self._folder.batch_path(manifests[0].job_id), _encode_lines(manifests)
        make_folder(path.parent)
        if not path.exists():
            write_atomic(path, lines)
            return
        with self._changing():
            write_atomic(path, _joined(_read(str(path)).values()) + lines)

    def drop(self, job_ids: Iterable[str]) -> None:
        """Take lines out, durably, and remove the files that have none left. What is not there is
        no error. Raises OSError, StorageFailed."""
        gone = set(job_ids)
        paths = [path for path in set(map(self._folder.batch_path, gone)) if path.exists()]
        if not paths:
            return
        empty: list[Path] = []
        with self._changing():
            for path in paths:
                lines = _read(str(path))
                rest = [line for job_id, line in lines.items() if job_id not in gone]
                if not rest:
                    empty.append(path)
                elif len(rest) < len(lines):
                    write_atomic(path, _joined(rest))
            remove_all(empty)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Keeps others from changing a file that is read to be changed. Making one needs no lock,
        and that is all that most batches ever do."""
        with hold(self._folder.batches / ".lock"):
            yield

    def find(self, job_id: str) -> Manifest | None:
        """The manifest in a job's line. Raises BrokenManifest, DataFolderUnusable."""
        path = self._folder.batch_file(job_id)
        line = _read(path).get(job_id)
        return None if line is None else decode(line, path)

    def paths(self) -> list[Path]:
        """All batch files."""
        return sorted(self._folder.batches.glob("[0-9a-f]*.ndjson"))

    def ids(self, path: Path) -> list[str]:
        """The jobs in a batch file, in the order in which they were accepted. Raises
        BrokenManifest."""
        return list(_read(str(path)))

    def all_ids(self) -> Iterator[str]:
        """The jobs in all batch files but those that cannot be read, which `gristmill check`
        reports."""
        for path in self.paths():
            with suppress(BrokenManifest):
                yield from self.ids(path)

    def strays(self, known: Container[str]) -> Iterator[str]:
        """The jobs in all batch files besides those that are `known`: to a queue, which a job only
        leaves when it has ended. So a file whose jobs were all known once is not read again."""
        seen: dict[str, _Stamp] = {}
        for path in map(str, self.paths()):
            stamp = _stamp(path)
            if stamp is None:
                continue
            if self._seen.get(path) == stamp:
                seen[path] = stamp
                continue
            with suppress(BrokenManifest):
                strays = [job_id for job_id in _lines(path, stamp) if job_id not in known]
                yield from strays
                if not strays:
                    seen[path] = stamp
        self._seen = seen


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _read(path: str) -> _Lines:
    """The lines of a batch file by their jobs; none where there is no file."""
    stamp = _stamp(path)
    return {} if stamp is None else _lines(path, stamp)


def _stamp(path: str) -> _Stamp | None:
    """A file is only ever replaced: its inode and its times tell one content from the next."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=_RECENT)
def _lines(path: str, _: _Stamp) -> _Lines:
    try:
        return {_name(line).job_id: line for line in Path(path).read_bytes().splitlines()}
    except FileNotFoundError:
        return {}
    except msgspec.MsgspecError as error:
        raise BrokenManifest(
            f"{Path(path).name} is no batch file ({error}); run `gristmill check`"
        ) from None
