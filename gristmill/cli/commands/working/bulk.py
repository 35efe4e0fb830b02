"""`gristmill bulk`: one thing is done with every job that a query finds."""

from collections.abc import Callable
from typing import Any

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.bulk_actions import done, named_bulk, print_bulk
from gristmill.cli.configured.flags import (
    after_flag,
    collection_flag,
    json_flag,
    limit_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_page
from gristmill.cli.terminal.phrases import moment
from gristmill.schemas.bulk import BulkAction, BulkView, JobQuery
from gristmill.schemas.jobs.states import JobState

_HELP = {
    BulkAction.RETRY: """Run what failed in many jobs again.

    They wait until the queue is less than half full: who submits comes first.

    \b
    Examples:
      gristmill bulk retry --state failed
      gristmill bulk retry --filter 'code = documents_failed and submitted_at >= 2026-11'
    """,
    BulkAction.CANCEL: """End many jobs that are not done.

    \b
    Example:
      gristmill bulk cancel --collection drafts --state queued
    """,
    BulkAction.DELETE: """Forget many ended jobs; their documents stay in the library.

    Their history, ledgers, keys and the uploads that were kept for a retry are gone for ever.

    \b
    Examples:
      gristmill bulk delete --filter 'finished_at < 2026-10' --dry-run
      gristmill bulk delete --state cancelled --yes
    """,
}


@click.group("bulk")
def command() -> None:
    """Retry, cancel or delete many jobs at once.

    It says how many there are and asks; then the service does it, whatever becomes of this command.

    \b
    Examples:
      gristmill bulk retry --state failed
      gristmill bulk delete --filter 'finished_at < 2026-10'
      gristmill bulk list
    """


def _query_flags(decorated: Callable[..., Any]) -> Callable[..., Any]:
    for flag in reversed(
        (
            click.option("--search", "-q", "words", metavar="WORDS", help="Jobs with these words."),
            click.option(
                "--state",
                type=click.Choice([each.value for each in JobState]),
                help="Only jobs in this state.",
            ),
            collection_flag,
            click.option(
                "--filter",
                "where",
                metavar="FILTER",
                help="Only jobs that pass this, such as 'failed > 0 and submitted_at < 2026-11'.",
            ),
            click.option("--dry-run", is_flag=True, help="Say how many there are, and stop there."),
            click.option("--yes", is_flag=True, help="Do it, without a question."),
            click.option("--no-wait", is_flag=True, help="Begin it, and do not watch."),
            json_flag,
            server_flag,
            settings_flags("data"),
        )
    ):
        decorated = flag(decorated)
    return decorated


def _add(action: BulkAction) -> None:
    @command.command(action.value, help=_HELP[action])
    @_query_flags
    def run(
        words: str | None,
        state: str | None,
        collection: str | None,
        where: str | None,
        server: str | None,
        config: str | None,
        data: str | None,
        **how: bool,
    ) -> int:
        query = JobQuery(words, JobState(state) if state else None, collection, where)
        with open_backend(server, load({"data": data}, config)) as backend:
            return done(backend.bulk, action, query, **how)


for _each in BulkAction:
    _add(_each)


@command.command("list")
@limit_flag(20)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
def list_(
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """List bulk actions, newest first.

    Of those that have ended, the last 500 are kept.
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        page = backend.bulk.page(after, limit)
    columns = ("bulk action", "does", "state", "submitted (UTC)", "jobs", "done", "not done")
    print_page(page, as_json, columns, _row)


@command.command("show")
@click.argument("bulk_id", metavar="ID")
@json_flag
@server_flag
@settings_flags("data")
def show(
    bulk_id: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Show how far a bulk action has come; `last` is the newest."""
    with open_backend(server, load({"data": data}, config)) as backend:
        print_bulk(backend.bulk.find(named_bulk(backend.bulk, bulk_id)), as_json)


@command.command("stop")
@click.argument("bulk_id", metavar="ID")
@json_flag
@server_flag
@settings_flags("data")
def stop(
    bulk_id: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Have a bulk action end before its next jobs.

    What is done stays so.
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        print_bulk(backend.bulk.stop(named_bulk(backend.bulk, bulk_id)), as_json)


def _row(each: BulkView) -> tuple[object, ...]:
    undone = each.refused + each.failed
    when = moment(each.submitted_at)
    return each.bulk_id, each.action, each.state, when, each.jobs, each.done, undone
