"""`gristmill documents`: what the library holds."""

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
from gristmill.cli.terminal.output import print_page
from gristmill.schemas.outcomes.documents import Document


@click.command("documents")
@collection_flag
@filter_flag
@limit_flag(20)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
def command(
    collection: str | None,
    where: str | None,
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """List the documents in the library, newest first.

    \b
    Examples:
      gristmill documents --collection handbook --json
      gristmill documents --filter 'uri ~ *.pdf and metadata.team = mills'
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        page = backend.documents(collection, after, limit, where)
    print_page(page, as_json, ("document", "type", "chunks", "title", "uri"), _row)


def _row(each: Document) -> tuple[object, ...]:
    return each.document_id, each.media_type, each.chunks, each.title, each.uri
