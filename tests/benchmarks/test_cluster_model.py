"""What is full first as cores are added, by arithmetic."""

import pytest

from benchmarks.reporting.cluster_model import Part, Work, first_to_fill, modelled, share, told

DESK = Part("desk", a_lease=0.000075)
WRITER = Part("writer", a_commit=0.001)
INDEX = Part("index", a_document=0.0384, capacity=4.0)
WORK = Work(leases=2.5, commits=2.0, documents=1.0)


@pytest.mark.parametrize(
    ("part", "cores", "expected"),
    [
        (DESK, 16, 0.003),
        (DESK, 1_000, 0.1875),
        (WRITER, 64, 0.128),
        (WRITER, 1_000, 2.0),
        (INDEX, 1_000, 9.6),
        (Part("nothing"), 1_000, 0.0),
    ],
)
def test_a_share_grows_with_the_cores(part: Part, cores: int, expected: float) -> None:
    assert share(part, WORK, cores) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("parts", "cores", "full"),
    [
        ([DESK], 1_000, None),
        ([DESK, WRITER], 256, None),
        ([DESK, WRITER], 1_000, "writer"),
        ([DESK, WRITER, INDEX], 1_000, "index"),
    ],
)
def test_the_part_that_is_asked_for_most_is_named_where_there_is_too_little_of_it(
    parts: list[Part], cores: int, full: str | None
) -> None:
    assert modelled(WORK, parts, cores).full == full


def test_the_first_to_fill_is_the_one_that_few_cores_fill() -> None:
    for parts, expected, cores in (
        ([DESK, WRITER], "writer", 500.0),
        ([INDEX], "index", 1 / 0.0096),
    ):
        name, at = first_to_fill(WORK, parts)
        assert name == expected and at == pytest.approx(cores)


def test_it_says_that_it_is_a_model_and_never_that_it_was_reached() -> None:
    said = told(WORK, [DESK, WRITER, INDEX])
    assert said.startswith("modelled from measured parts")
    assert "modelled: index is full first, at 104 cores" in said
    assert "1000" in said and "full: index" in said
