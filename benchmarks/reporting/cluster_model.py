"""A model of 16 to 1,000 cores, made of parts that were measured one by one: what every core asks
of what there is only one of, and which of those is asked too much first.

Nothing of it was run on so many cores: what is said of it is modelled, never reached.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.contests import cores, nodes
from benchmarks.harness.contest import ContestOutcome, Standing

LEASE_S, COMMIT_S = 0.4, 0.5
"""A lease is made to last so long, and a worker commits after so long at the latest."""
CORES = (16, 64, 256, 1_000)
FULL = 1.0


class Work(NamedTuple):
    """What one core does in a second: leases taken, transactions committed, documents done."""

    leases: float
    commits: float
    documents: float


class Part(NamedTuple):
    """Something that is there once. `seconds` of it are taken by each lease, each commit and each
    document; it has `capacity` seconds in a second: 1 for one thread, more for a database of
    several cores."""

    name: str
    a_lease: float = 0.0
    a_commit: float = 0.0
    a_document: float = 0.0
    capacity: float = FULL


class Modelled(NamedTuple):
    """`shares` of each part that so many cores ask for, 1 is all of it; `full` names the part that
    is asked for most, where that is more than there is."""

    cores: int
    shares: Mapping[str, float]
    full: str | None


def measured(outcomes: Sequence[ContestOutcome]) -> tuple[Work, list[Part]]:
    """What a core does, and the parts that there are once, from the contests `cores` and `nodes`.
    Raises ValueError where they are not among the outcomes."""
    one, library = (_standing(outcomes, "cores", each) for each in (cores.ONE, cores.LIBRARY))
    desk = _standing(outcomes, "nodes", nodes.DESK)
    work = Work(1 / LEASE_S, 1 / COMMIT_S, one.medians["documents/s"])
    commit_s, document_s = (library.medians[f"{name} us"] / 1e6 for name in ("commit", "document"))
    return work, [
        Part("supervisor's desk", a_lease=desk.medians["lease ms"] / 1000),
        Part("SQLite's one writer", a_commit=commit_s, a_document=document_s),
    ]


def _standing(outcomes: Sequence[ContestOutcome], contest: str, name: str) -> Standing:
    for outcome in outcomes:
        found = outcome.standing(name) if outcome.name == contest else None
        if found is not None:
            return found
    raise ValueError(f"there is no `{name}` of the benchmark {contest} in these results")


def share(part: Part, work: Work, cores: int) -> float:
    """The share of a part that so many cores ask for."""
    asked = part.a_lease * work.leases + part.a_commit * work.commits
    return cores * (asked + part.a_document * work.documents) / part.capacity


def modelled(work: Work, parts: Sequence[Part], cores: int) -> Modelled:
    """What so many cores ask of each part. Raises ValueError where there is no part."""
    shares = {part.name: share(part, work, cores) for part in parts}
    worst = max(shares, key=lambda name: shares[name])
    return Modelled(cores, shares, worst if shares[worst] > FULL else None)


def first_to_fill(work: Work, parts: Sequence[Part]) -> tuple[str, float]:
    """The part that is full first as cores are added, and at how many that is."""
    full_at = {part.name: FULL / one for part in parts if (one := share(part, work, 1)) > 0}
    name = min(full_at, key=lambda each: full_at[each])
    return name, full_at[name]


def told(work: Work, parts: Sequence[Part]) -> str:
    """A table for people."""
    lines = ["modelled from measured parts; nothing of this was reached on so many cores"]
    lines.append(f"  {'cores':>6}  " + "  ".join(f"{part.name:>22}" for part in parts))
    for number in CORES:
        found = modelled(work, parts, number)
        shares = "  ".join(f"{found.shares[part.name]:>21.1%} " for part in parts)
        lines.append(f"  {number:>6}  {shares}{'  full: ' + found.full if found.full else ''}")
    name, at = first_to_fill(work, parts)
    lines.append(f"  modelled: {name} is full first, at {at:.0f} cores")
    return "\n".join(lines)
