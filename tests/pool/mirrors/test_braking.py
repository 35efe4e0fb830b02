"""The brake, as a table."""

import pytest

from gristmill.pool.mirrors.braking import Loss, brake


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        (Loss(0, 10, seen=0), None),
        (Loss(25, 100, seen=75), None),
        (Loss(26, 100, seen=74), "26 of 100 files are gone"),
        (Loss(5, 80, lately=20, seen=75), None),
        (Loss(6, 80, lately=20, seen=74), "6 of 80 files are gone, after 20"),
        (Loss(1, 4, seen=0), "the folder is empty"),
        (Loss(1, 100, seen=99, exchanged=True), "another file system than last time"),
        (Loss(0, 100, seen=100, exchanged=True), None),
        (Loss(3, 100, seen=97, absent=2), "2 of the files that are gone lay on a file system"),
        (Loss(2, 10), None),
        (Loss(3, 10), "3 of 10"),
    ],
)
def test_the_brake_holds_what_looks_like_an_accident(loss: Loss, why: str | None) -> None:
    said = brake(loss, 0.25)
    assert said is None if why is None else said is not None and why in said
