"""`gristmill ingest PATH...`: from files to chunks, watched to the end."""

from typing import Any

import click

from gristmill.cli.exit_codes import ExitCode
from gristmill.cli.flags import json_flag, server_flag, settings_flags, step_flag
from gristmill.cli.ingestion import Request, ingest
from gristmill.cli.settings import load
from gristmill.cli.steps import chosen


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--collection", "-c", default="default", metavar="NAME", help="[default: default]")
@step_flag
@click.option("--no-wait", is_flag=True, help="Submit and do not wait for the end.")
@click.option("--key", metavar="KEY", help="Idempotency key: used again, it names the same job.")
@json_flag
@server_flag
@settings_flags("data", "workers", "embed_models", "embed_key_file")
def command(
    paths: tuple[str, ...],
    collection: str,
    steps: tuple[str, ...],
    no_wait: bool,
    key: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: Any,
) -> ExitCode:
    """Ingest files, and all files below folders; show what became of them.

    Works on the data folder, with the service that runs on it or one of its own for as long as it
    takes. With --server it uploads the files to that server. Interrupt it and run it again: it
    goes on where it was. Exits 3 when some documents failed.

    \b
    Examples:
      gristmill ingest notes/ report.pdf --collection handbook --step language --step keywords
      gristmill ingest notes/ --server http://127.0.0.1:8000 --no-wait --json
    """
    settings = load(flags, config)
    request = Request(paths, collection, key, chosen(steps), wait=not no_wait, as_json=as_json)
    return ingest(request, server, settings)
