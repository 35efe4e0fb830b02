"""Results for people, on the terminal."""

from collections.abc import Sequence

from benchmarks.harness.contest import ContestOutcome, Figures, Standing
from benchmarks.reporting.goals import TOO_SMALL, GoalVerdict


def text_of(outcome: ContestOutcome) -> str:
    """A few lines: each contender's medians, its ratio to its limit, and who was skipped."""
    lines = [f"{outcome.name}: {outcome.title}"]
    names = [*(standing.name for standing in outcome.standings), *outcome.skipped]
    width = max(map(len, names))
    for standing in outcome.standings:
        lines.append(f"  {standing.name:<{width}}  {_figures(standing.medians)}")
        if standing.ratio is not None:
            lines.append(f"  {'':<{width}}  {_ratio(standing)}")
    lines += [f"  {name:<{width}}  skipped: {why}" for name, why in outcome.skipped.items()]
    return "\n".join(lines)


def text_of_goals(verdicts: Sequence[GoalVerdict]) -> str:
    """A line a goal."""
    width = max(len(verdict.goal.what) for verdict in verdicts)
    return "\n".join(
        f"  {verdict.goal.what:<{width}}  {target_of(verdict):>12}  {measured(verdict):>12}  "
        f"{verdict.word}"
        for verdict in verdicts
    )


def target_of(verdict: GoalVerdict) -> str:
    """`at most 25 ms`, or `0.95`."""
    goal = verdict.goal
    return f"{'at most ' if goal.at_most else ''}{with_unit(goal.target, goal.unit)}"


def measured(verdict: GoalVerdict) -> str:
    return "-" if verdict.value is None else with_unit(verdict.value, verdict.goal.unit)


def with_unit(value: float, unit: str) -> str:
    return f"{rounded(value)}{'' if unit[:1] in ('', '/', '%') else ' '}{unit}"


def rounded(value: float) -> str:
    """Three digits, or all of them before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _figures(medians: Figures) -> str:
    return "   ".join(f"{name} {rounded(value)}" for name, value in medians.items())


def _ratio(standing: Standing) -> str:
    scores = [figures[standing.score] for figures in standing.rounds]
    doubt = f" ({TOO_SMALL})" if standing.is_too_small else ""
    return (
        f"ratio {standing.ratio:.2f} to {standing.limit}{doubt}; "
        f"{standing.score} {rounded(min(scores))} to {rounded(max(scores))} "
        f"in {len(scores)} rounds"
    )
