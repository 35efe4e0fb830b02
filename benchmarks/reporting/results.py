"""Everything that was measured, each round of it, as a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.harness.contest import ContestOutcome
from benchmarks.harness.machine import Machine
from benchmarks.harness.plan import Plan


class Results(msgspec.Struct, frozen=True):
    """`plan` are the sizes, by name; `versions` those of the service and of what it stands on."""

    machine: Machine
    versions: dict[str, str]
    plan: dict[str, Any]
    benchmarks: list[ContestOutcome]


def sizes(plan: Plan) -> dict[str, Any]:
    """The plan without its places on this machine."""
    return {name: value for name, value in plan._asdict().items() if name not in ("work", "corpus")}


def write(path: Path, results: Results) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")


def read(path: Path) -> Results:
    """Raises OSError, msgspec.MsgspecError."""
    return msgspec.json.decode(path.read_bytes(), type=Results)


def merged(runs: Sequence[Results]) -> Results:
    """One run out of several, each of some contests: the last to hold a contest counts, whole, so
    that a contender is never compared with a limit of another run. Where one was held with other
    sizes than the last, the plan says so. Raises ValueError for runs of different scales, rounds
    or versions, which one page cannot tell."""
    last = runs[-1]
    for run in runs:
        if _kind(run) != _kind(last):
            raise ValueError("these results are of runs of different scales, rounds or versions")
    outcomes = {outcome.name: outcome for run in runs for outcome in run.benchmarks}
    plans = {outcome.name: run.plan for run in runs for outcome in run.benchmarks}
    plan = {size: _told(size, value, plans) for size, value in last.plan.items()}
    return Results(last.machine, last.versions, plan, list(outcomes.values()))


def _kind(run: Results) -> tuple[Any, ...]:
    return run.plan.get("name"), run.plan.get("rounds"), run.plan.get("warm_up"), run.versions


def _told(size: str, value: Any, plans: Mapping[str, Mapping[str, Any]]) -> Any:
    others = [f"{name} {plan[size]}" for name, plan in plans.items() if plan[size] != value]
    return f"{value} ({', '.join(others)})" if others else value
