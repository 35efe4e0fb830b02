"""Results for people and for programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.contest import Figures, Outcome, Standing
from benchmarks.machine import Machine
from benchmarks.plan import Plan


def text_of(outcome: Outcome) -> str:
    """A few lines: each contender's medians, and its ratio to its limit."""
    lines = [f"{outcome.name}: {outcome.title}"]
    width = max(len(standing.name) for standing in outcome.standings)
    for standing in outcome.standings:
        lines.append(f"  {standing.name:<{width}}  {_figures(standing.medians)}")
        if standing.ratio is not None:
            lines.append(f"  {'':<{width}}  {_ratio(standing, outcome.score)}")
    return "\n".join(lines)


def _figures(medians: Figures) -> str:
    return "   ".join(f"{name} {_rounded(value)}" for name, value in medians.items())


def _ratio(standing: Standing, score: str) -> str:
    rates = [figures[score] for figures in standing.rounds]
    goal = f" (goal {standing.goal:g})" if standing.goal is not None else ""
    return (
        f"ratio {standing.ratio:.2f} to {standing.limit}{goal}; "
        f"{score} {_rounded(min(rates))} to {_rounded(max(rates))} in {len(rates)} rounds"
    )


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write_json(path: Path, machine: Machine, plan: Plan, outcomes: Sequence[Outcome]) -> None:
    """Everything that was measured, each round of it."""
    sizes: dict[str, Any] = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in plan._asdict().items()
        if name != "work"
    }
    document = {"machine": machine, "plan": sizes, "benchmarks": list(outcomes)}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
