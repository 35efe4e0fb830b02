"""Whether the queue takes a job: one rule, from what the queue knows."""

from typing import NamedTuple

from gristmill.schemas.jobs.offers import OfferResult, Verdict


class Occupancy(NamedTuple):
    """How the queue stands: `waiting` jobs of the `depth` that it may hold, and whether it is
    `draining` (the service ends) or `paused` (no worker can be kept alive). Of the waiting ones
    `owned` are of the key that offers another, of the `quota` that each key has (0: any)."""

    waiting: int
    depth: int
    draining: bool = False
    paused: bool = False
    owned: int = 0
    quota: int = 0


def admit(occupancy: Occupancy, holder: str | None, *, force: bool) -> OfferResult:
    """The verdict on an offer. `holder` is the pending job that has its key: nothing passes
    that. `force` passes the bound, a drain and a pause: such a job was accepted before."""
    if holder is not None:
        return OfferResult(Verdict.DUPLICATE, holder)
    if force:
        return OfferResult(Verdict.ACCEPTED)
    if occupancy.draining:
        return OfferResult(Verdict.DRAINING)
    if occupancy.paused:
        return OfferResult(Verdict.PAUSED)
    if 0 < occupancy.quota <= occupancy.owned:
        return OfferResult(Verdict.OVER_QUOTA)
    if occupancy.waiting >= occupancy.depth:
        return OfferResult(Verdict.FULL)
    return OfferResult(Verdict.ACCEPTED)
