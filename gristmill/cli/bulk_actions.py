"""From a query to a bulk action that has ended: looked at, agreed to, begun, watched."""

import sys
import time
from typing import TYPE_CHECKING

import click

from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import note, print_json, print_pairs, say
from gristmill.cli.terminal.phrases import moment, number_of
from gristmill.cli.terminal.progress_bar import progress_bar
from gristmill.schemas.bulk import BulkAction, BulkPreview, BulkState, BulkView, JobQuery
from gristmill.schemas.printable import clean
from gristmill.schemas.problems.errors import InvalidRequest, SupervisorAway, Unavailable

if TYPE_CHECKING:
    from gristmill.cli.backends.bulk import BulkBackend

LAST = "last"
_PAUSE_S, _PATIENCE_S = 0.3, 30.0
_AFTERWARDS = {
    BulkAction.RETRY: "",
    BulkAction.CANCEL: " What is done stays, what waits is left out.",
    BulkAction.DELETE: " Their documents stay; what is known of the jobs is gone for ever.",
}


def done(
    backend: "BulkBackend",
    action: BulkAction,
    query: JobQuery,
    *,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
    as_json: bool,
) -> ExitCode:
    """Look, ask, begin and watch. Raises InvalidRequest where nobody can be asked or they say
    no."""
    preview = backend.preview(action, query)
    if dry_run or not preview.jobs:
        print_json(preview) if as_json else _print_preview(preview)
        return ExitCode.OK
    if not yes:
        _agree(preview)
    begun = backend.start(action, query, preview.confirm)
    ended = begun if no_wait else _watched(backend, begun)
    print_bulk(ended, as_json)
    undone = ended.failed or ended.refused or ended.state is BulkState.FAILED
    return ExitCode.FAILED if undone else ExitCode.OK


def named_bulk(backend: "BulkBackend", name: str) -> str:
    """The id of the bulk action that is meant. Raises InvalidRequest where there is none to be the
    last."""
    if name != LAST:
        return name
    newest = backend.page(None, 1).items
    if not newest:
        raise InvalidRequest("there is no bulk action yet, so none is the last")
    return newest[0].bulk_id


def print_bulk(found: BulkView, as_json: bool) -> None:
    """How far it has come, and why what was not."""
    if as_json:
        print_json(found)
        return
    say(f"bulk action {found.bulk_id}: {found.action}, {found.state}")
    print_pairs(
        (
            ("submitted", f"{moment(found.submitted_at)} UTC"),
            ("jobs", number_of(found.jobs, "job")),
            ("done", number_of(found.done, "job")),
            ("refused", found.refused or None),
            ("failed", found.failed or None),
            ("no longer so", found.no_longer or None),
        )
    )
    for reason in found.reasons:
        first = f", such as {reason.job_ids[0]}" if reason.job_ids else ""
        say(f"  {number_of(reason.jobs, 'job')}: {reason.code}: {reason.message}{first}")


def _print_preview(preview: BulkPreview) -> None:
    if not preview.jobs:
        say(f"no job is like that and can be {_PARTICIPLE[preview.action]}")
        return
    say(f"this would {preview.action} {number_of(preview.jobs, 'job')}, the first of them:")
    for job_id in preview.job_ids:
        say(f"  {job_id}")


_PARTICIPLE = {
    BulkAction.RETRY: "retried",
    BulkAction.CANCEL: "cancelled",
    BulkAction.DELETE: "deleted",
}


def _agree(preview: BulkPreview) -> None:
    what = f"{preview.action} {number_of(preview.jobs, 'job')}"
    if not sys.stdin.isatty():
        raise InvalidRequest(f"this would {what}; say --yes, or --dry-run to see which")
    text = f"{what.capitalize()}?{_AFTERWARDS[preview.action]}"
    if not click.confirm(clean(text), err=True):
        raise InvalidRequest("nothing is done")


def _watched(backend: "BulkBackend", begun: BulkView) -> BulkView:
    found, deadline = begun, time.monotonic() + _PATIENCE_S
    try:
        with progress_bar() as bar:
            while not found.state.ended:
                undone = found.refused + found.failed
                bar.show(
                    str(found.state),
                    found.done + undone,
                    found.jobs,
                    f"{undone} not done" if undone else "",
                )
                time.sleep(_PAUSE_S)
                try:
                    found = backend.find(begun.bulk_id)
                    deadline = time.monotonic() + _PATIENCE_S
                except SupervisorAway:
                    raise
                except Unavailable:
                    # A restart of the server: the action goes on after it.
                    if time.monotonic() > deadline:
                        raise
    except KeyboardInterrupt:
        note(f"it goes on; `gristmill bulk stop {begun.bulk_id}` stops it")
        raise
    return found
