"""What has changed in a document, as lines for people."""

import click

from gristmill.cli.terminal.output import is_styled, say
from gristmill.cli.terminal.phrases import moment, number_of
from gristmill.schemas.comparison.changes import ChangesView, LineKind, VersionView
from gristmill.schemas.printable import clean

_MARKS = {LineKind.SAME: " ", LineKind.REMOVED: "-", LineKind.ADDED: "+"}
_COLOURS = {LineKind.REMOVED: "red", LineKind.ADDED: "green"}


def print_changes(found: ChangesView) -> None:
    """Print passages as `diff -u` does, with colours on a terminal that shows them."""
    if found.before is None:
        say("nothing is kept of what it was before: it is as it came, or was very long")
        return
    styled = is_styled()
    say(f"--- {_told(found.before)}")
    say(f"+++ {_told(found.after)}")
    for passage in found.passages:
        say(f"@@ -{passage.before} +{passage.after} @@")
        for line in passage.lines:
            told = f"{_MARKS[line.kind]} {clean(line.text)}"
            colour = _COLOURS.get(line.kind) if styled else None
            click.echo(click.style(told, fg=colour) if colour else told)
    if not found.passages:
        say("its bytes have changed, its text has not")
        return
    say(f"{number_of(found.added, 'line')} added, {number_of(found.removed, 'line')} removed")


def _told(version: VersionView) -> str:
    return f"{moment(version.ingested_at)} UTC, job {version.job_id}, sha256 {version.sha256[:12]}"
