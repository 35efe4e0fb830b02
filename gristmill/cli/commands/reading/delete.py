"""`gristmill delete`: takes documents out of the library by a filter."""

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import (
    collection_flag,
    confirming_flags,
    json_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.confirming import confirmed, print_deleted


@click.command("delete")
@collection_flag
@click.option(
    "--filter",
    "where",
    metavar="FILTER",
    required=True,
    help="The documents that pass this, such as 'ingested_at < 2025 and uri ~ *.tmp'.",
)
@confirming_flags
@json_flag
@server_flag
@settings_flags("data")
def command(
    collection: str | None,
    where: str,
    expected: int | None,
    yes: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """Delete the documents that pass a filter.

    It says how many there are and asks, or takes their number for a yes. `gristmill documents`
    with the same filter lists them.

    \b
    Examples:
      gristmill delete --filter 'uri ~ *.tmp'
      gristmill delete --collection drafts --filter 'modified < 2024' --if-documents 12
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        gone = confirmed(
            lambda expected: backend.delete_documents(collection, where, expected),
            expected,
            yes=yes,
            what="the library" if collection is None else f"the collection {collection}",
        )
    print_deleted(gone, as_json)
