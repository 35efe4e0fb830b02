"""The verdict on an offer."""

import pytest

from gristmill.pool.dispatch.admission import Occupancy, admit
from gristmill.schemas.jobs.offers import OfferResult, Verdict

ROOM, FULL = Occupancy(1, 2), Occupancy(2, 2)
DRAINING, PAUSED = Occupancy(0, 2, draining=True), Occupancy(0, 2, paused=True)
OVER_QUOTA = Occupancy(3, 9, owned=3, quota=3)
ALL = Occupancy(9, 2, draining=True, paused=True)


@pytest.mark.parametrize(
    ("occupancy", "holder", "force", "verdict"),
    [
        (ROOM, None, False, Verdict.ACCEPTED),
        (FULL, None, False, Verdict.FULL),
        (Occupancy(0, 0), None, False, Verdict.FULL),
        (DRAINING, None, False, Verdict.DRAINING),
        (PAUSED, None, False, Verdict.PAUSED),
        (Occupancy(9, 2, paused=True), None, False, Verdict.PAUSED),
        (ALL, None, False, Verdict.DRAINING),
        (FULL, None, True, Verdict.ACCEPTED),
        (ALL, None, True, Verdict.ACCEPTED),
        (ROOM, "a", False, Verdict.DUPLICATE),
        (ALL, "a", False, Verdict.DUPLICATE),
        (ROOM, "a", True, Verdict.DUPLICATE),
        (OVER_QUOTA, None, False, Verdict.OVER_QUOTA),
        (OVER_QUOTA._replace(owned=2), None, False, Verdict.ACCEPTED),
        (OVER_QUOTA._replace(quota=0), None, False, Verdict.ACCEPTED),
        (OVER_QUOTA._replace(depth=3), None, False, Verdict.OVER_QUOTA),
        (OVER_QUOTA._replace(draining=True), None, False, Verdict.DRAINING),
        (OVER_QUOTA, None, True, Verdict.ACCEPTED),
        (OVER_QUOTA, "a", False, Verdict.DUPLICATE),
    ],
)
def test_an_offer_gets_its_verdict(
    occupancy: Occupancy, holder: str | None, force: bool, verdict: Verdict
) -> None:
    assert admit(occupancy, holder, force=force) == OfferResult(verdict, holder)
