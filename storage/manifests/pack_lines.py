"""What the lines of a pack file say, and where they are.

    {"job_id": .., "state": ..}     a manifest; the last one of a job counts
    {"job_id": .., "gone": true}    what was said of the job before counts for nothing
    {"durable": N}                  the first N bytes are on disk for good (a seal)

A line that is no whole JSON object, or whose job id is none, was cut off by a full disk or a power
cut, or is damaged; it counts for nothing. Packs only grow, so a look goes on where the last one
ended.
"""

import os
import threading
from collections.abc import Collection
from typing import BinaryIO, NamedTuple

import msgspec

from gristmill.schemas.ids import is_job_id
from gristmill.storage.damaged import UNREADABLE

_TAIL = 256


class Mark(msgspec.Struct, omit_defaults=True):
    """What tells the three kinds of lines apart."""

    job_id: str = ""
    gone: bool = False
    durable: int = 0


mark_of = msgspec.json.Decoder(Mark).decode
line_of = msgspec.json.Encoder().encode


class LinePlace(NamedTuple):
    """Some bytes of a pack."""

    start: int
    length: int


class PackLines:
    """The lines of one pack, as far as they have been read; whoever looks holds `lock`.

    `places` are the manifests that count, `torn` the lines that do not.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._stamp = (0, 0, 0)
        self._start_over()

    def _start_over(self) -> None:
        self.places: dict[str, LinePlace] = {}
        self._torn: list[LinePlace] = []
        self._rest: LinePlace | None = None
        self._durable = self._written = self._seen = 0
        self._tail = b""

    @property
    def sealed(self) -> bool:
        """Whether a seal says that all manifests are on disk for good."""
        return self._written <= self._durable

    @property
    def seen(self) -> int:
        """How many bytes have been read."""
        return self._seen

    @property
    def torn(self) -> list[LinePlace]:
        return self._torn + ([self._rest] if self._rest else [])

    def read_on(self, file: BinaryIO) -> None:
        """Take in what has come since the last look."""
        found = os.fstat(file.fileno())
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        if stamp == self._stamp:
            return
        file.seek(self._seen - len(self._tail))
        data = file.read()
        # The number of a removed file is given to another: its content tells them apart.
        if stamp[0] != self._stamp[0] or not data.startswith(self._tail):
            self._start_over()
            file.seek(0)
            data = file.read()
        known = len(self._tail)
        taken = self._take(data[known:])
        self._tail = data[: known + taken][-_TAIL:]
        self._stamp = stamp

    def _take(self, data: bytes) -> int:
        start = self._seen
        *lines, rest = data.split(b"\n")
        for line in lines:
            if line and not self._note(line, start):
                self._torn.append(LinePlace(start, len(line)))
            start += len(line) + 1
        whole = bool(rest) and self._note(rest, start)
        # Perhaps somebody is just writing it: it is looked at again.
        self._rest = LinePlace(start, len(rest)) if rest and not whole else None
        taken = start - self._seen + (len(rest) if whole else 0)
        self._seen += taken
        return taken

    def _note(self, line: bytes, start: int) -> bool:
        try:
            mark = mark_of(line)
        except UNREADABLE:
            return False
        if mark.job_id and not is_job_id(mark.job_id):
            return False  # everybody who asks for ids takes them apart
        if mark.durable:
            # It was written after what it speaks of: whatever else it says is damage.
            self._durable = max(self._durable, min(mark.durable, start))
        elif mark.gone:
            self.places.pop(mark.job_id, None)
        elif mark.job_id:
            self.places[mark.job_id] = LinePlace(start, len(line))
            self._written = start + len(line)
        return bool(mark.durable or mark.job_id)

    def start_of_last(self, job_ids: Collection[str]) -> int | None:
        """Where the lines of these jobs start; None where others follow, or there are none."""
        starts = [self.places[job_id].start for job_id in job_ids if job_id in self.places]
        if not starts or any(
            place.start > min(starts) and job_id not in job_ids
            for job_id, place in self.places.items()
        ):
            return None
        return min(starts)

    def made_durable(self, file: BinaryIO, upto: int) -> None:
        """Somebody has synced `file`, with at least its first `upto` bytes."""
        if os.fstat(file.fileno()).st_ino == self._stamp[0]:
            self._durable = max(self._durable, upto)
