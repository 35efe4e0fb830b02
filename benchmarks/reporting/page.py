"""Writes docs/performance.md and its plots from results: no figure in it is typed by hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.harness.contest import ContestOutcome
from benchmarks.harness.plan import FULL
from benchmarks.reporting.figures import pictures
from benchmarks.reporting.goals import TOO_SMALL, GoalPart, GoalVerdict, value_of, verdicts
from benchmarks.reporting.report import measured, rounded, target_of
from benchmarks.reporting.results import Results
from benchmarks.reporting.targets import GOALS

NAME = "performance"
_OPENING = """\
# Performance

This page is written by `make bench-full` (`python -m benchmarks report`) from its results; no
figure in it is typed by hand. Each is a median over the rounds that its table names. Within a
contest, contenders take turns in the same run, on the same work and the same disk; a ratio is the
median of the rounds' own ratios. Where starting took more than a fiftieth of the measured time, a
goal is neither reached nor missed: the work was too small to judge.

Other job queues stand in two contests. In `jobs` theirs do nothing at all: that is what a queue by
itself costs. In `stack` they do our work, behind Falcon and waitress, for the same clients: that is
what a user would build instead. One contest can be held by itself:

    python -m benchmarks --full jobs --json jobs.json
    python -m benchmarks report corpus.json jobs.json ...
"""


def write_page(docs: Path, results: Results) -> Path:
    """Write the page, and the plots into a folder beside it; returns the page's path."""
    folder = docs / NAME
    folder.mkdir(parents=True, exist_ok=True)
    plots = pictures(results.benchmarks)
    for name, picture in plots.items():
        (folder / f"{name}.svg").write_text(picture)
    page = docs / f"{NAME}.md"
    page.write_text(page_of(results, list(plots)))
    return page


def page_of(results: Results, plots: Sequence[str]) -> str:
    """The page as Markdown. `plots` are the names of the pictures that exist."""
    found = verdicts(GOALS, results.benchmarks)
    sections = [_OPENING, _about(results), _goals(found), *_missed(found, results.benchmarks)]
    sections += [_contest(outcome, plots) for outcome in results.benchmarks]
    return "\n".join(sections)


def _about(results: Results) -> str:
    names = ", ".join(f"{name} {number}" for name, number in results.versions.items())
    sizes = ", ".join(f"{name} {value}" for name, value in results.plan.items())
    lines = [f"Machine: {results.machine}.", f"Versions: {names}.", f"Sizes: {sizes}."]
    return "\n\n".join([*lines, *_doubts(results)]) + "\n"


def _doubts(results: Results) -> Iterator[str]:
    """Why these figures are not to be relied on."""
    if results.plan.get("name") != FULL.name:
        yield "**This is a small run: it shows that everything is measured, not how fast it is.**"
    if results.machine.load > results.machine.cores / 2:
        yield "**The machine was busy with other work: ratios tell more than figures here.**"


def _goals(found: Sequence[GoalVerdict]) -> str:
    rows = [
        (verdict.goal.what, target_of(verdict), measured(verdict), verdict.word)
        for verdict in found
    ]
    return "## Goals\n\n" + _table(("what", "goal", "measured", ""), rows)


def _missed(found: Sequence[GoalVerdict], outcomes: Sequence[ContestOutcome]) -> Iterator[str]:
    """What the goals that were missed stand on."""
    missed = [each for each in found if each.word == "missed"]
    if not missed:
        return
    yield "## What was missed, and its floor\n"
    for verdict in missed:
        goal = verdict.goal
        floor = "; ".join(_part(part, outcomes) for part in goal.floor)
        parts = f" Its parts: {floor}." if floor else ""
        yield (
            f"- **{goal.what}**: {measured(verdict)}, goal {target_of(verdict)}.{parts} "
            f"{goal.remedy}".rstrip()
        )
    yield ""


def _part(part: GoalPart, outcomes: Sequence[ContestOutcome]) -> str:
    value = value_of(part, outcomes)
    told = "not measured" if value is None else rounded(value)
    return f"{part.contender}, {part.figure}: {told}"


def _contest(outcome: ContestOutcome, plots: Sequence[str]) -> str:
    lines = [f"## {outcome.name}\n", f"{_sentence(outcome.title)}\n"]
    lines += [f"![{name}]({NAME}/{name}.svg)\n" for name in plots if _shows(name, outcome)]
    lines += [_scores(outcome), _figures(outcome)]
    lines += [f"- {name}: skipped, {why}." for name, why in outcome.skipped.items()]
    lines += [f"- {each.name}: {each.settings}." for each in outcome.standings if each.settings]
    return "\n".join([*filter(None, lines), ""])


def _sentence(title: str) -> str:
    return f"{title[:1].upper()}{title[1:]}."


def _shows(plot: str, outcome: ContestOutcome) -> bool:
    return plot.partition("-")[0] == outcome.name.replace(" ", "_")


def _scores(outcome: ContestOutcome) -> str:
    """Every contender's score: what the contest is about."""
    rows = []
    for each in outcome.standings:
        values = [run[each.score] for run in each.rounds]
        ratio = "" if each.ratio is None else f"{each.ratio:.2f} to {each.limit}"
        if ratio and each.is_too_small:
            ratio += f", {TOO_SMALL}"
        spread = f"{rounded(min(values))} to {rounded(max(values))}"
        score = f"{rounded(each.medians[each.score])} {each.score}"
        rows.append((each.name, score, spread, ratio, str(len(values))))
    return _table(("", "median", "of rounds", "ratio", "rounds"), rows)


def _figures(outcome: ContestOutcome) -> str:
    """All medians of the contenders that have more than a score, a figure a row."""
    shown = [each for each in outcome.standings if len(each.medians) > 1]
    names = list(dict.fromkeys(name for each in shown for name in each.medians))
    rows = [
        (name, *(rounded(each.medians[name]) if name in each.medians else "" for each in shown))
        for name in names
    ]
    return _table(("", *(each.name for each in shown)), rows) if shown else ""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, [":---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
