"""`gristmill refresh`: reads a collection again, as it would be read now."""

from typing import Any

import click

from gristmill.cli.configured.flags import every_flag, json_flag, server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.ingesting.outcome_page import Shown
from gristmill.cli.ingesting.refreshing import refresh
from gristmill.cli.terminal.exit_codes import ExitCode


@click.command("refresh")
@click.option("--collection", "-c", metavar="NAME", required=True, help="The collection.")
@click.option("--no-wait", is_flag=True, help="Submit and do not wait for the end.")
@every_flag
@json_flag
@server_flag
@settings_flags("data", "workers", "tokenizer_file", "embed_models", "embed_key_file")
def command(
    collection: str,
    no_wait: bool,
    every: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: Any,
) -> ExitCode:
    """Read again what older settings or versions have made of a collection.

    Files are read where they were found, if that may be read, or from the bytes that are kept of
    them (`keep_originals`). Documents that are nowhere are named and stay as they are; so do those
    that are up to date. Exits 3 when there were some that are nowhere.

    \b
    Example:
      gristmill refresh --collection handbook
    """
    shown = Shown(not no_wait, as_json, every)
    return refresh(collection, server, load(flags, config), shown)
