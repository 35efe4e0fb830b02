"""The history of the service's numbers: a file of fixed size, written in place.

Three rings, each of records of one size: every record says when it is of, so a ring needs no head,
and has a checksum, so a torn one is left out. Nothing is synced: a power cut may take the last
seconds, and a restart nothing.
"""

import os
import struct
import zlib
from typing import NamedTuple

from gristmill.schemas.overview import Sample, Span
from gristmill.storage.layout import DataFolder

_RECORD = struct.Struct("<QIIIIII")
"""A sample and its checksum. What does not fit any more is as much as fits."""
_MOST = 2**32 - 1


class Ring(NamedTuple):
    """`places` samples, one for each `step_s` seconds."""

    span: Span
    step_s: int
    places: int


RINGS = (Ring(Span.HOUR, 10, 360), Ring(Span.DAY, 300, 288), Ring(Span.WEEK, 1800, 336))
_FIRST = {
    ring.span: sum(each.places for each in RINGS[:number]) for number, ring in enumerate(RINGS)
}


def ring_of(span: Span) -> Ring:
    return next(ring for ring in RINGS if ring.span is span)


class Samples:
    """The samples of one data folder; making this does no I/O. One process writes, any reads."""

    def __init__(self, folder: DataFolder) -> None:
        self._path = folder.samples

    def write(self, ring: Ring, sample: Sample) -> None:
        """Put a sample into its place. Raises OSError."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | _FLAGS, 0o600)
        try:
            place = _FIRST[ring.span] + sample.at // ring.step_s % ring.places
            os.lseek(descriptor, place * _RECORD.size, os.SEEK_SET)
            os.write(descriptor, _packed(sample))
        finally:
            os.close(descriptor)

    def read(self, ring: Ring, now: int) -> list[Sample]:
        """The samples of the ring's span before `now`, the oldest first. Empty where the file is
        gone or cannot be read: nothing but a picture is lost with it."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return []
        first = _FIRST[ring.span] * _RECORD.size
        part = data[first : first + ring.places * _RECORD.size]
        whole = len(part) // _RECORD.size * _RECORD.size
        oldest = now - ring.step_s * ring.places
        found = [
            sample
            for values in _RECORD.iter_unpack(part[:whole])
            if (sample := _unpacked(values)) is not None and oldest < sample.at <= now
        ]
        return sorted(found)


_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _packed(sample: Sample) -> bytes:
    values = (sample.at, *(min(max(0, value), _MOST) for value in sample[1:]))
    return _RECORD.pack(*values, _checksum(values))


def _unpacked(values: tuple[int, ...]) -> Sample | None:
    *sample, checksum = values
    if not sample[0] or checksum != _checksum(tuple(sample)):
        return None
    return Sample(*sample)


def _checksum(values: tuple[int, ...]) -> int:
    return zlib.crc32(struct.pack("<QIIIII", *values))
