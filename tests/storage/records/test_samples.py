"""The history of the service's numbers: bounded, and whole whatever happens to its file."""

from pathlib import Path

import pytest

from gristmill.schemas.overview import Sample, Span
from gristmill.storage.layout import DataFolder
from gristmill.storage.records.samples import RINGS, Samples, ring_of

NOW = 1_796_000_400


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    return Samples(DataFolder.open(tmp_path))


def sample(at: int, documents: int = 1) -> Sample:
    return Sample(at, 2, 3, documents, 4, 5)


def test_a_history_is_read_back_by_whoever_opens_the_folder_next(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path)
    for ring in RINGS:
        for back in (2, 1, 0):
            Samples(folder).write(ring, sample(NOW - back * ring.step_s, back))
    for ring in RINGS:
        found = Samples(folder).read(ring, NOW)
        assert found == [sample(NOW - back * ring.step_s, back) for back in (2, 1, 0)]


def test_a_year_of_samples_takes_no_more_room_than_a_week(samples: Samples, tmp_path: Path) -> None:
    ring = ring_of(Span.WEEK)
    for step in range(365 * 48):
        samples.write(ring, sample(NOW + step * ring.step_s))
    last = NOW + (365 * 48 - 1) * ring.step_s
    found = samples.read(ring, last)
    assert [found[0].at, found[-1].at] == [last - (ring.places - 1) * ring.step_s, last]
    assert (tmp_path / "samples").stat().st_size < 64 * 1024
    assert samples.read(ring_of(Span.HOUR), last) == []


def test_a_torn_record_is_left_out_and_so_is_what_is_older_than_the_span(
    samples: Samples, tmp_path: Path
) -> None:
    ring = ring_of(Span.HOUR)
    for back in range(5):
        samples.write(ring, sample(NOW - back * ring.step_s))
    file = tmp_path / "samples"
    data = bytearray(file.read_bytes())
    size = 32
    place = (NOW // ring.step_s % ring.places) * size
    data[place + 9] ^= 1
    file.write_bytes(data)
    assert [each.at for each in samples.read(ring, NOW)] == [NOW - 10 * n for n in (4, 3, 2, 1)]
    assert samples.read(ring, NOW + 3600 - 15)[0].at == NOW - 10
    file.write_bytes(data[: place - 2])
    assert len(samples.read(ring, NOW)) <= 4


@pytest.mark.parametrize("content", [None, b"", b"\0" * 70_000, b"no samples at all" * 99])
def test_a_file_that_is_none_is_an_empty_history(
    samples: Samples, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "samples").write_bytes(content)
    assert all(samples.read(ring, NOW) == [] for ring in RINGS)


def test_a_number_that_is_too_large_is_the_largest(samples: Samples) -> None:
    ring = ring_of(Span.HOUR)
    samples.write(ring, Sample(NOW, 2**40, 0, 0, 0, -1))
    assert samples.read(ring, NOW) == [Sample(NOW, 2**32 - 1, 0, 0, 0, 0)]
