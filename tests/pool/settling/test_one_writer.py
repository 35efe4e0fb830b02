"""Who writes about a job: one at a time, and nothing that happened is forgotten."""

from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.pool.settling.one_writer import OneWriter
from gristmill.schemas.jobs.offers import Offer


def _entry(name: str) -> PendingJob:
    return PendingJob(Offer(name, f"key of {name}"))


def test_a_job_is_claimed_once_until_it_is_given_back() -> None:
    claims, entry, other = OneWriter(), _entry("a"), _entry("b")
    assert claims.take([entry, entry]) == [entry]
    assert claims.take([entry, other]) == [other]
    claims.release([entry])
    assert claims.take([entry]) == [entry]


def test_what_happened_meanwhile_comes_back_to_whoever_has_the_job() -> None:
    claims, entry, other = OneWriter(), _entry("a"), _entry("b")
    claims.take([entry, other])
    assert claims.take([entry]) == []
    assert claims.release([entry, other]) == [entry]


def test_a_settled_job_is_not_claimed() -> None:
    claims, entry = OneWriter(), _entry("a")
    entry.settled = True
    assert claims.take([entry]) == []
