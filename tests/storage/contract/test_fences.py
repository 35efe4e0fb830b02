"""What comes of a lease that is over is refused; everything else is taken."""

from typing import NamedTuple

import pytest
from support.library_samples import failed, planned, succeeded

from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.jobs.tasks import first_token
from gristmill.storage.library import AllRoles

SUCCEEDED, FAILED, PENDING = (
    DocumentState.SUCCEEDED,
    DocumentState.FAILED,
    DocumentState.PENDING,
)


class Mark(NamedTuple):
    """`first <= ordinal < last` is leased anew with a token."""

    first: int
    last: int | None
    token: int


@pytest.mark.parametrize(
    ("marks", "token", "takes_effect"),
    [
        pytest.param([], 0, True, id="nothing was ever lost"),
        pytest.param([Mark(0, None, 5)], 4, False, id="the whole job was leased anew"),
        pytest.param([Mark(0, None, 5)], 5, True, id="this is the newer lease itself"),
        pytest.param([Mark(0, None, 5)], 6, True, id="this is a later lease"),
        pytest.param([Mark(1, 2, 5)], 4, False, id="its range was leased anew"),
        pytest.param([Mark(0, 3, 5)], 4, False, id="a range around it was leased anew"),
        pytest.param([Mark(0, 1, 5)], 4, True, id="only what is before it was leased anew"),
        pytest.param([Mark(2, None, 5)], 4, True, id="only what is behind it was leased anew"),
        pytest.param([Mark(0, 3, 9), Mark(1, 2, 5)], 7, False, id="the highest mark counts"),
        pytest.param(
            [Mark(1, 2, 9), Mark(0, 3, 5)], 7, False, id="a wider mark keeps a higher one"
        ),
        pytest.param([Mark(1, 2, 9), Mark(1, 2, 5)], 7, False, id="a mark never goes down"),
    ],
)
@pytest.mark.parametrize("is_planned", [True, False], ids=["planned", "unplanned"])
def test_a_result_takes_effect_where_its_lease_is_not_over(
    library: AllRoles, marks: list[Mark], token: int, takes_effect: bool, is_planned: bool
) -> None:
    if is_planned:
        library.plan("job", planned(3))
    for mark in marks:
        library.fence("job", *mark)
    before = library.counts("job")
    library.commit([succeeded(ordinal=1)], [token])
    assert (library.counts("job") != before) == takes_effect
    assert library.stats()["documents"] == int(takes_effect)


def test_a_late_result_is_refused_alone(library: AllRoles) -> None:
    library.plan("job", planned(2))
    library.fence("job", 0, 1, 5)
    late, sound = succeeded(ordinal=0), failed(ordinal=1)
    assert library.commit([late, sound], [4, 4]) == [PENDING, FAILED]


def test_what_a_retry_has_opened_again_is_closed_to_the_run_before(library: AllRoles) -> None:
    library.plan("job", planned(1), 1)
    library.commit([failed()], [2])
    assert library.reopen("job", 7) == 1
    assert library.commit([succeeded()], [3]) == [PENDING]
    assert library.strike("job", 0, "fetch", 3) is None
    assert library.commit([succeeded()], [8]) == [SUCCEEDED]


def test_a_plan_of_the_run_before_is_refused(library: AllRoles) -> None:
    library.reopen("job", 7)
    library.plan("job", planned(3), 6)
    assert library.planned("job") is None
    library.plan("job", planned(2), 8)
    assert library.planned("job") == 2


def test_a_new_term_ends_every_lease_of_the_one_before(library: AllRoles) -> None:
    first = library.begin_term()
    token = first_token(first) + 1_000_000
    assert library.commit([succeeded("a")], [token]) == [SUCCEEDED]
    second = library.begin_term()
    assert first_token(second) > token
    library.plan("b", planned(1), token)
    assert library.planned("b") is None
    library.commit([succeeded("b", uri="b")], [token])
    assert library.counts("b").total == 0
    in_time = succeeded("b", uri="b", texts=("Rye.",))
    assert library.commit([in_time], [first_token(second)]) == [SUCCEEDED]


def test_whoever_has_no_lease_is_not_fenced(library: AllRoles) -> None:
    library.begin_term()
    library.plan("job", planned(1))
    library.fence("job", 0, None, first_token(9))
    assert library.fail("job", 0, "a", "crashed", "it died", 2)
