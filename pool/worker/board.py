"""The status board: a mapped file with one slot a worker, written by it and read by all.

Posting costs two packs into memory and no message. The file outlives a killed supervisor.
"""

import mmap
import struct
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.storage.disk.durable import private

STAGES = ("idle", "read", "detect", "parse", "chunk", "store", "steps")
_HEAD = struct.Struct("<Q")
_BODY = struct.Struct("<Qd16sqddQQBI")
SLOT_BYTES = 128
_NO_JOB = bytes(16)
# Outside the body: the supervisor writes it, and a worker's own write must not undo that.
_CANCEL_AT = 96
_NO_ORDINAL = -1
_MOST = (1 << 63) - 1


class Slot(NamedTuple):
    """What one worker is at. `job_id` is None between documents, `page` where none is known.
    `started` is `time.monotonic()`, which all processes share: of the document, or, between two,
    of the last sign of life. `documents` and `bytes` are the worker's totals."""

    worker: WorkerId
    job_id: str | None
    ordinal: int
    started: float
    timeout_s: float
    documents: int
    bytes: int
    stage: str
    page: int | None


def _pack(job_id: str) -> bytes:
    return UUID(job_id).bytes


class Board:
    """`size` slots in the file at `path`. A slot has one writer; a reader that meets a slot
    while it is written reads it again (the first word is odd during a write)."""

    def __init__(self, path: Path) -> None:
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self.size = len(self._map) // SLOT_BYTES

    @classmethod
    def create(cls, path: Path, size: int) -> "Board":
        """A fresh, empty board."""
        path.unlink(missing_ok=True)
        with open(path, "xb", opener=private) as file:
            file.write(bytes(SLOT_BYTES * size))
        return cls(path)

    def close(self) -> None:
        self._map.close()

    def read(self, index: int) -> Slot | None:
        """What slot `index` shows; None when it is free or its writer died inside a write."""
        at = index * SLOT_BYTES
        for _ in range(100):
            before = self._map[at : at + 8]
            values = _BODY.unpack_from(self._map, at + 8)
            if before == self._map[at : at + 8] and not before[0] & 1:
                return _slot(values)
        return _slot(values)

    def clear(self, index: int) -> None:
        """Free a slot whose worker is gone."""
        at = index * SLOT_BYTES
        self._map[at : at + SLOT_BYTES] = bytes(SLOT_BYTES)

    def ask_to_cancel(self, index: int, job_id: str) -> None:
        """Ask the worker of a slot to leave out what is left of a job."""
        at = index * SLOT_BYTES + _CANCEL_AT
        self._map[at : at + 16] = _pack(job_id)

    def forget_cancel(self, index: int, job_id: str) -> None:
        """Take back what `ask_to_cancel` asked about a job."""
        if self.asked_to_cancel(index, job_id):
            at = index * SLOT_BYTES + _CANCEL_AT
            self._map[at : at + 16] = _NO_JOB

    def asked_to_cancel(self, index: int, job_id: str) -> bool:
        at = index * SLOT_BYTES + _CANCEL_AT
        return self._map[at : at + 16] == _pack(job_id)


def _slot(values: tuple[int, float, bytes, int, float, float, int, int, int, int]) -> Slot | None:
    pid, birth, job, ordinal, started, timeout_s, documents, size, stage, page = values
    if not pid:
        return None
    return Slot(
        WorkerId(pid, birth),
        None if job == _NO_JOB else str(UUID(bytes=job)),
        ordinal,
        started,
        timeout_s,
        documents,
        size,
        STAGES[stage] if stage < len(STAGES) else STAGES[0],
        page or None,
    )


class Post:
    """A worker's own slot, for writing. `leased` are the jobs that it has tasks of."""

    def __init__(self, board: Board, index: int, worker: WorkerId) -> None:
        self._board, self._index, self._worker = board, index, worker
        self._at = index * SLOT_BYTES
        self._word = 0
        self._documents = self._bytes = 0
        self._job, self._ordinal = _NO_JOB, _NO_ORDINAL
        self._started = self._timeout_s = 0.0
        self.leased: Collection[str] = ()
        self._write(0)

    def start(self, job_id: str, ordinal: int, timeout_s: float) -> None:
        """A document begins; its clock runs from now."""
        self._job, self._ordinal = _pack(job_id), ordinal
        self._started, self._timeout_s = time.monotonic(), timeout_s
        self._write(1)

    def stage(self, name: str, page: int = 0) -> None:
        """The document comes to one of STAGES; while it is parsed, perhaps to a page (from 1)."""
        self._write(STAGES.index(name) if name in STAGES else STAGES.index("parse"), page)

    def done(self, size: int) -> None:
        """The document is over, `size` bytes of it read."""
        self._documents += 1
        self._bytes = min(_MOST, self._bytes + size)
        self.over()

    def over(self) -> None:
        """What was begun is over, and no document is done: it was planned, or is given back."""
        self._job, self._ordinal = _NO_JOB, _NO_ORDINAL
        self._write(0)

    def beat(self) -> bool:
        """A sign of life between documents, where something takes long that is the fault of none:
        much is stored, or others are storing. Whether to give that up: a job of `leased` was
        cancelled."""
        if self._job != _NO_JOB:
            return False
        self._started = time.monotonic()
        self._write(0)
        return any(map(self.cancelled, self.leased))

    def cancelled(self, job_id: str) -> bool:
        return self._board.asked_to_cancel(self._index, job_id)

    @property
    def documents(self) -> int:
        return self._documents

    def _write(self, stage: int, page: int = 0) -> None:
        memory = self._board._map
        self._word += 1
        _HEAD.pack_into(memory, self._at, self._word)
        _BODY.pack_into(
            memory,
            self._at + 8,
            self._worker.pid,
            self._worker.birth,
            self._job,
            self._ordinal,
            self._started,
            self._timeout_s,
            self._documents,
            self._bytes,
            stage,
            page,
        )
        self._word += 1
        _HEAD.pack_into(memory, self._at, self._word)
