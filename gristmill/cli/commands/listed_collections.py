"""`gristmill collections`: what the library's collections hold."""

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import (
    after_flag,
    json_flag,
    limit_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_page
from gristmill.schemas.outcomes.documents import Collection


@click.command("collections")
@limit_flag(100)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
def command(
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """List the collections that hold documents, by name, with their sizes.

    \b
    Example:
      gristmill collections --json
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        page = backend.collections(after, limit)
    print_page(page, as_json, ("collection", "documents", "chunks", "bytes"), _row)


def _row(each: Collection) -> tuple[object, ...]:
    return each.collection, each.documents, each.chunks, each.bytes
