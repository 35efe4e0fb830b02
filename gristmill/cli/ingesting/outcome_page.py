"""An outcome for people: counts, then failures and warnings, many of one kind in one line."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import click

from gristmill.cli.ingesting.outcome import Outcome, Reason, Warned
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_json, print_table, say
from gristmill.cli.terminal.phrases import STATES, duration, number_of, warning_of

SHOWN = 50
_FEW = 10
"""As many rows are not grouped: each is of use."""
_NAMED = 2
"""Of a group, as many are named."""
Row = tuple[str, ...]


class Shown(NamedTuple):
    """What whoever ingests wants to see: the end, JSON, and of failures and warnings `every` one
    or those of a kind together."""

    wait: bool
    as_json: bool
    every: bool


class Group(NamedTuple):
    """Rows that differ in what they are about alone."""

    about: Sequence[str]
    rest: Row


def report(outcome: Outcome, shown: Shown) -> ExitCode:
    """Print an outcome, and say how to exit for it."""
    if shown.as_json:
        print_json(outcome)
    else:
        print_outcome(outcome, every=shown.every)
    return outcome.exit_code


def print_outcome(outcome: Outcome, *, every: bool) -> None:
    """The summary, then failures and warnings: `every` one, or those of a kind together."""
    rows = [(state, number) for state in STATES if (number := getattr(outcome.counts, state))]
    print_table(("documents", "number"), rows)
    documents = number_of(outcome.counts.total, "document")
    say(f"{documents}, {number_of(outcome.chunks, 'chunk')}, {duration(outcome.seconds)}")
    for job in outcome.jobs:
        say(f"job {job.job_id}: {job.state}")
    print_failures(outcome.failures, every=every)
    print_skipped(outcome.skipped, every=every)
    print_warnings(outcome.warned, outcome.counts.warnings, every=every)


def print_warnings(warned: Sequence[Warned], count: int, *, every: bool) -> None:
    """What was not read for sure; `count` documents have such."""
    rows = [(each.uri, warning_of(warning)) for each in warned for warning in each.warnings]
    if not rows:
        return
    click.echo()
    whole = _print(("read with warnings", "warning"), rows, every)
    if not whole or count > len(warned):
        documents = number_of(count, "document")
        click.echo(f"{documents} in all; `gristmill job ID --documents --json` has every warning")


def print_failures(failures: Sequence[Reason], *, every: bool) -> None:
    """What failed, and why."""
    _print_reasons("failed", failures, every)


def print_skipped(skipped: Sequence[Reason], *, every: bool) -> None:
    """What was not read as it is of a kind that is not, and that nobody has named."""
    _print_reasons("skipped", skipped, every)


def _print_reasons(what: str, reasons: Sequence[Reason], every: bool) -> None:
    if not reasons:
        return
    rows = [
        (each.uri or f"job {each.job_id}", each.code or "", each.message or "") for each in reasons
    ]
    click.echo()
    if not _print((what, "code", "reason"), rows, every):
        job_id = reasons[0].job_id or "ID"
        click.echo(
            f"{len(rows):,} in all; `gristmill job {job_id} --state {what}` or `--all` lists each"
        )


def grouped(rows: Iterable[Row]) -> list[Group]:
    """Rows with the same reason together, the largest group first."""
    groups: dict[Row, list[str]] = {}
    for about, *rest in rows:
        groups.setdefault(tuple(rest), []).append(about)
    found = [Group(about, rest) for rest, about in groups.items()]
    return sorted(found, key=lambda group: -len(group.about))


def _print(columns: Sequence[str], rows: Sequence[Row], every: bool) -> bool:
    """Print rows; returns whether each has a line of its own."""
    if every or len(rows) <= _FEW:
        print_table(columns, rows)
        return True
    groups = grouped(rows)
    about, *rest = columns
    lines = [(len(each.about), *each.rest, _names(each.about)) for each in groups[:SHOWN]]
    print_table((about, *rest, "among them"), lines)
    return False


def _names(about: Sequence[str]) -> str:
    return ", ".join(about[:_NAMED]) + (", ..." if len(about) > _NAMED else "")
