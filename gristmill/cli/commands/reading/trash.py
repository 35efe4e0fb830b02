"""`gristmill trash`: deleted documents that can be taken back."""

from typing import Any

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import (
    after_flag,
    collection_flag,
    filter_flag,
    json_flag,
    limit_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import note, print_json, print_page
from gristmill.schemas.trash import TrashedDocument
from gristmill.schemas.views import PageView


@click.command("trash")
@collection_flag
@filter_flag
@click.option("--mirror", metavar="NAME", help="Those that this mirror has deleted.")
@limit_flag(20)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
def command(
    collection: str | None,
    where: str | None,
    mirror: str | None,
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: Any,
) -> None:
    """List deleted documents, the one that was deleted last first.

    They are kept for `trash_days`; `gristmill restore-documents` puts them back.

    \b
    Examples:
      gristmill trash --collection handbook
      gristmill trash --filter 'uri ~ *.md' --json
    """
    with open_backend(server, load(flags, config)) as backend:
        page = backend.trash(collection, where, mirror, after, limit)
    if as_json:
        print_json(page)
        return
    columns = ("document", "deleted", "collection", "title", "uri")
    print_page(PageView(page.items, page.next), False, columns, _row)
    if page.items:
        note(f"the trash keeps them for {page.days:g} days (trash_days)")


def _row(each: TrashedDocument) -> tuple[object, ...]:
    deleted = f"{each.trashed_at:%Y-%m-%d %H:%M}"
    return each.document_id, deleted, each.collection, each.title, each.uri
