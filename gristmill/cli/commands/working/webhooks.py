"""`gristmill webhooks`: what became of telling receivers that jobs have ended."""

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import (
    after_flag,
    collection_flag,
    job_argument,
    json_flag,
    limit_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.ingesting.named_job import named_job
from gristmill.cli.terminal.output import note, print_json, print_page, print_pairs, print_table
from gristmill.cli.terminal.phrases import duration, moment
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.views import JobView
from gristmill.schemas.webhooks import Attempt, DeliveryState, DeliveryView, HooksView

_COLUMNS = ("job", "run", "receiver", "state", "attempts", "next (UTC)", "last answer")


@click.group("webhooks", invoke_without_command=True)
@click.option(
    "--state",
    type=click.Choice([each.value for each in DeliveryState]),
    help="due: still tried. delivered: the receiver has it. failed: it was given up.",
)
@collection_flag
@limit_flag(20)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
@click.pass_context
def command(
    ctx: click.Context,
    state: str | None,
    collection: str | None,
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """List what receivers were told, show one, tell it again, or set a receiver.

    Without a command: each end of a job that a receiver is told of, newest jobs first.

    \b
    Examples:
      gristmill webhooks --state failed --collection handbook
      gristmill webhooks show last
      gristmill webhooks replay 019ab0f2-8c1e-7f3a-9d55-1f2e3d4c5b6a
      gristmill webhooks set handbook https://example.com/ingested
    """
    if ctx.invoked_subcommand is not None:
        return
    with open_backend(server, load({"data": data}, config)) as backend:
        wanted = DeliveryState(state) if state else None
        page = backend.webhooks.page(wanted, collection, after, limit)
    print_page(page, as_json, _COLUMNS, _row)


@command.command("show")
@job_argument
@json_flag
@server_flag
@settings_flags("data")
def show(
    job_id: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Show what became of telling the end of a job, of its last run.

    With --json, the whole job, which has it under `webhook`.
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        job = backend.job(named_job(backend, job_id))
    if job.webhook is None:
        raise InvalidRequest(
            f"nobody is told of job {job.job_id}: "
            + ("no webhook goes with it" if job.state.terminal else f"it is {job.state}")
        )
    print_json(job) if as_json else _print(job)


@command.command("replay")
@job_argument
@json_flag
@server_flag
@settings_flags("data")
def replay(
    job_id: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Tell the end of a job once more, at once and from the first attempt on.

    The message has the same `webhook-id`. It needs a running service: a server, or a supervisor on
    the data folder.
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        job_id = named_job(backend, job_id)
        backend.webhooks.replay(job_id)
        job = backend.job(job_id)
    print_json(job) if as_json else _print(job)


@command.command("receivers")
@json_flag
@server_flag
@settings_flags("data")
def receivers(as_json: bool, server: str | None, config: str | None, data: str | None) -> None:
    """List where the ends of each collection's jobs are told."""
    with open_backend(server, load({"data": data}, config)) as backend:
        found = backend.webhooks.receivers()
    _print_receivers(found, as_json)


@command.command("set")
@click.argument("collection")
@click.argument("url")
@json_flag
@server_flag
@settings_flags("data", "webhook_allow")
def set_receiver(
    collection: str,
    url: str,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: object,
) -> None:
    """Have the ends of a collection's jobs told to URL, from the next end on.

    The secret that signs them is made anew, and shown now alone.
    """
    with open_backend(server, load(flags, config)) as backend:
        made = backend.webhooks.set(collection, url)
    if as_json:
        print_json(made)
        return
    print_pairs([("collection", made.collection), ("receiver", made.url), ("secret", made.secret)])
    note("the secret is not shown again; the receiver verifies with it")


@command.command("drop")
@click.argument("collection")
@json_flag
@server_flag
@settings_flags("data")
def drop(
    collection: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Tell nobody of a collection's ends any more; prints the receivers that are left."""
    with open_backend(server, load({"data": data}, config)) as backend:
        backend.webhooks.drop(collection)
        left = backend.webhooks.receivers()
    _print_receivers(left, as_json)


def _print_receivers(found: HooksView, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows = [(each.collection, each.url, moment(each.created_at)) for each in found.items]
    print_table(("collection", "receiver", "set (UTC)"), rows)


def _print(job: JobView) -> None:
    webhook = job.webhook
    if webhook is None:
        return
    print_pairs(
        [
            ("job", job.job_id),
            ("collection", job.collection),
            ("receiver", webhook.url),
            ("state", webhook.state),
            ("attempts", webhook.attempts),
            ("last", _at(webhook.last)),
            ("answer", _answer(webhook.last)),
            ("next", webhook.next_at and f"{moment(webhook.next_at)} UTC"),
        ]
    )


def _row(each: DeliveryView) -> tuple[object, ...]:
    return (
        *(each.job_id, each.run, each.url, each.state, each.attempts),
        *(moment(each.next_at), _answer(each.last)),
    )


def _at(tried: Attempt | None) -> str:
    return f"{moment(tried.at)} UTC, for {duration(tried.seconds)}" if tried else ""


def _answer(tried: Attempt | None) -> str:
    if tried is None:
        return "none yet"
    return tried.error or str(tried.status)
