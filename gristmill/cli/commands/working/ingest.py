"""`gristmill ingest PATH...`: from files to chunks, watched to the end."""

from typing import Any

import click

from gristmill.cli.configured.chosen_steps import chosen
from gristmill.cli.configured.flags import (
    chunk_flags,
    chunk_options,
    every_flag,
    json_flag,
    pdf_flag,
    server_flag,
    settings_flags,
    step_flag,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.ingesting.ingestion import IngestionRequest, ingest
from gristmill.cli.ingesting.outcome_page import Shown
from gristmill.cli.terminal.exit_codes import ExitCode


@click.command("ingest")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option(
    "--stdin", is_flag=True, help="Read requests from standard input, a JSON object a line."
)
@click.option("--collection", "-c", metavar="NAME", help="[default: default]")
@chunk_flags
@pdf_flag
@step_flag
@click.option("--no-wait", is_flag=True, help="Submit and do not wait for the end.")
@click.option("--key", metavar="KEY", help="Idempotency key: used again, it names the same job.")
@every_flag
@json_flag
@server_flag
@settings_flags("data", "workers", "tokenizer_file", "embed_models", "embed_key_file")
def command(
    paths: tuple[str, ...],
    stdin: bool,
    collection: str | None,
    pdf: str | None,
    steps: tuple[str, ...],
    no_wait: bool,
    key: str | None,
    every: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: Any,
) -> ExitCode:
    """Ingest files, and all files below folders; show what became of them.

    Works on the data folder, with the service that runs on it or one of its own for as long as it
    takes. With --server it uploads the files to that server. Interrupt it and run it again: it
    goes on where it was. Exits 3 when some documents failed; what lies in a folder and is of a
    kind that is not read is skipped, and no failure.

    With --stdin each line is a request as POST /ingest takes it, with its own collection and
    options, and `idempotency_key` where it has one; --json prints a result a line.

    \b
    Examples:
      gristmill ingest notes/ report.pdf --collection handbook --step language --step keywords
      gristmill ingest --stdin --json < requests.ndjson
    """
    options = _options(chosen(steps), pdf, chunk_options(flags))
    settings, shown = load(flags, config), Shown(not no_wait, as_json, every)
    if stdin:
        _check_alone(paths, collection, options, key)
        from gristmill.cli.ingesting.line_ingestion import ingest_lines

        return ingest_lines(server, settings, shown)
    if not paths:
        raise click.UsageError("Missing argument 'PATH...'.")
    request = IngestionRequest(paths, collection or "default", key, options, shown)
    return ingest(request, server, settings)


def _options(steps: list[object], pdf: str | None, chunks: dict[str, int]) -> dict[str, object]:
    """What was said; all else is the default."""
    return {**({"steps": steps} if steps else {}), **({"pdf": pdf} if pdf else {}), **chunks}


def _check_alone(*given: object) -> None:
    if any(given):
        raise click.UsageError("with --stdin the lines say it all: no PATH, no option of a job")
