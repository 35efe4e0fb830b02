"""The verdict on an offer."""

import pytest

from gristmill.pool.dispatch.admission import Intake, admit
from gristmill.schemas.offers import OfferResult, Verdict

ROOM, FULL = Intake(1, 2), Intake(2, 2)
DRAINING, PAUSED = Intake(0, 2, draining=True), Intake(0, 2, paused=True)
ALL = Intake(9, 2, draining=True, paused=True)


@pytest.mark.parametrize(
    ("intake", "holder", "force", "verdict"),
    [
        (ROOM, None, False, Verdict.ACCEPTED),
        (FULL, None, False, Verdict.FULL),
        (Intake(0, 0), None, False, Verdict.FULL),
        (DRAINING, None, False, Verdict.DRAINING),
        (PAUSED, None, False, Verdict.PAUSED),
        (Intake(9, 2, paused=True), None, False, Verdict.PAUSED),
        (ALL, None, False, Verdict.DRAINING),
        (FULL, None, True, Verdict.ACCEPTED),
        (ALL, None, True, Verdict.ACCEPTED),
        (ROOM, "a", False, Verdict.DUPLICATE),
        (ALL, "a", False, Verdict.DUPLICATE),
        (ROOM, "a", True, Verdict.DUPLICATE),
    ],
)
def test_an_offer_gets_its_verdict(
    intake: Intake, holder: str | None, force: bool, verdict: Verdict
) -> None:
    assert admit(intake, holder, force=force) == OfferResult(verdict, holder)
