"""`gristmill export`: every chunk, as JSON Lines, CSV or Parquet."""

import codecs
import sys
from collections.abc import Iterable
from pathlib import PurePath

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import collection_flag, filter_flag, server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import note
from gristmill.cli.terminal.output_file import STANDARD_OUTPUT, write_lines
from gristmill.cli.terminal.phrases import number_of
from gristmill.schemas.exports import SUFFIXES, ExportForm, ExportIds, ExportShape
from gristmill.schemas.printable import escaped_json
from gristmill.schemas.problems.errors import InvalidRequest


@click.command("export")
@collection_flag
@filter_flag
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    help="Write to FILE, whole or not at all; - is standard output.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ExportForm]),
    help="How chunks are written; else by the suffix of FILE, or jsonl. `flat`: JSON Lines without "
    "nested values. `parquet` needs gristmill[parquet].",
)
@click.option(
    "--ids",
    type=click.Choice([ids.value for ids in ExportIds]),
    default=ExportIds.OWN.value,
    show_default=True,
    help="`uuid`: chunks and documents by a UUID that follows from their id.",
)
@click.option(
    "--since",
    metavar="WHEN",
    help="Only documents that came, or came anew, at a date or a moment such as 2026-11-30T10:00 "
    "or later.",
)
@server_flag
@settings_flags("data")
def command(
    collection: str | None,
    where: str | None,
    output: str | None,
    form: str | None,
    ids: str,
    since: str | None,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """Write every chunk, as JSON Lines, CSV or Parquet.

    Each comes with its document's uri, title, type and metadata.

    \b
    Examples:
      gristmill export --collection handbook --output handbook.jsonl
      gristmill export --filter 'created >= 2024' | jq -r .text
      gristmill export --since 2026-11-30 --format flat --ids uuid --output new.jsonl
    """
    shape = ExportShape(_form(form, output), ExportIds(ids))
    where = _since(where, since)
    with open_backend(server, load({"data": data}, config)) as backend:
        pieces = backend.export(collection, where, shape)
        if output is None or output in STANDARD_OUTPUT:
            _print(pieces, shape.format)
        else:
            lines = write_lines(output, pieces)
            is_lines = shape.format in (ExportForm.JSONL, ExportForm.FLAT)
            what = number_of(lines, "chunk") if is_lines else f"chunks as {shape.format}"
            note(f"wrote {what} to {output}")


def _form(given: str | None, output: str | None) -> ExportForm:
    if given is not None:
        return ExportForm(given)
    return SUFFIXES.get(PurePath(output or "").suffix.lower(), ExportForm.JSONL)


def _since(where: str | None, since: str | None) -> str | None:
    if since is None:
        return where
    newer = f"ingested_at >= {since}"
    return newer if where is None else f"({where}) and {newer}"


def _print(pieces: Iterable[bytes], form: ExportForm) -> None:
    if sys.stdout.isatty():
        if form is ExportForm.PARQUET:
            raise InvalidRequest("a Parquet file is no text for a terminal; name a file: --output")
        for text in codecs.iterdecode(pieces, "utf-8"):
            click.echo(escaped_json(text), nl=False)
        return
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
