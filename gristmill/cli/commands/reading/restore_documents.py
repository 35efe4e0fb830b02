"""`gristmill restore-documents`: takes deleted documents back."""

from datetime import datetime
from typing import Any

import click
import msgspec

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import (
    collection_flag,
    json_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json, say
from gristmill.cli.terminal.phrases import number_of
from gristmill.schemas.trash import Restoration, RestoreRequest


@click.command("restore-documents")
@click.argument("documents", nargs=-1, metavar="[DOCUMENT_ID]...")
@collection_flag
@click.option("--filter", "where", metavar="FILTER", help="Those that pass this.")
@click.option("--mirror", metavar="NAME", help="Those that this mirror has deleted.")
@click.option("--run", metavar="TIME", help="With --mirror: at its run that began then.")
@click.option("--preview", is_flag=True, help="Only say how many would come back.")
@json_flag
@server_flag
@settings_flags("data")
def command(
    documents: tuple[str, ...],
    collection: str | None,
    where: str | None,
    mirror: str | None,
    run: str | None,
    preview: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: Any,
) -> None:
    """Put deleted documents back, as they were.

    What was deleted is kept for `trash_days`. Documents that meet all that is said come back,
    unless the library has one of the same collection and uri again.

    \b
    Examples:
      gristmill restore-documents --mirror handbook --preview
      gristmill restore-documents --collection drafts --filter 'uri ~ *.md'
    """
    wanted = RestoreRequest(
        documents=documents,
        filter=where,
        collection=collection,
        mirror=mirror,
        run=None if run is None else _moment(run),
        preview=preview,
    )
    with open_backend(server, load(flags, config)) as backend:
        told = backend.restore_documents(wanted)
    if as_json:
        print_json(told)
    else:
        say(_said(told, preview=preview))


def _said(told: Restoration, *, preview: bool) -> str:
    done = "would come back" if preview else "restored"
    count = number_of(told.documents, "document")
    text = f"{count} {done}" if preview else f"{done} {count}"
    if told.in_the_way:
        text += f"; {told.in_the_way} stay in the trash: the library has newer ones in their place"
    return text


def _moment(text: str) -> datetime:
    try:
        return msgspec.convert(text, datetime, strict=False)
    except msgspec.ValidationError:
        raise click.BadParameter(
            f"{text!r} is no time; take `started_at` of `gristmill mirror show NAME --json`",
            param_hint="--run",
        ) from None
