"""`gristmill embed --collection C --model M`: vectors for what is there already."""

import click

from gristmill.cli.configured.flags import every_flag, json_flag, server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.ingesting.embedding import EmbeddingRequest, embed
from gristmill.cli.ingesting.outcome_page import Shown
from gristmill.cli.terminal.exit_codes import ExitCode


@click.command("embed")
@click.option("--collection", "-c", metavar="NAME", default="default", show_default=True)
@click.option(
    "--model",
    metavar="NAME|FOLDER",
    help="One of embed_models, or without --server a folder, or NAME=FOLDER.  "
    "[default: the first of embed_models]",
)
@click.option("--prefix", metavar="WORDS", help="Put before each chunk, such as 'passage: '.")
@click.option(
    "--query-prefix", metavar="WORDS", help="Put before what is searched for, such as 'query: '."
)
@click.option("--headings", is_flag=True, help="Embed the headings above a chunk as well.")
@click.option("--no-wait", is_flag=True, help="Submit and do not wait for the end.")
@every_flag
@json_flag
@server_flag
@settings_flags("data", "workers", "embed_models", "embed_key_file")
def command(
    collection: str,
    model: str | None,
    prefix: str | None,
    query_prefix: str | None,
    headings: bool,
    no_wait: bool,
    every: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: object,
) -> ExitCode:
    """Give each chunk of a collection a vector of a model, so that it is found by meaning.

    A job like any other: it can be watched, cancelled and run again, and goes on where it was.
    What has vectors of this model is left as it is; those of another model are replaced, and the
    collection is searched by this one from then on.

    \b
    Example:
      gristmill embed --collection handbook --model ~/models/minilm
    """
    request = EmbeddingRequest(
        collection,
        model,
        prefix,
        query_prefix,
        headings,
        Shown(not no_wait, as_json, every),
    )
    return embed(request, server, load(flags, config))
