"""`gristmill export`: every chunk as a line of JSON."""

import codecs
import sys
from collections.abc import Iterable

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import collection_flag, filter_flag, server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import note
from gristmill.cli.terminal.output_file import STANDARD_OUTPUT, write_lines
from gristmill.cli.terminal.phrases import number_of
from gristmill.schemas.printable import escaped_json


@click.command("export")
@collection_flag
@filter_flag
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    help="Write to FILE, whole or not at all; - is standard output.",
)
@server_flag
@settings_flags("data")
def command(
    collection: str | None,
    where: str | None,
    output: str | None,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """Write JSON Lines: one chunk a line, with its document's uri, title, type and metadata.

    \b
    Examples:
      gristmill export --collection handbook --output handbook.jsonl
      gristmill export --filter 'created >= 2024' | jq -r .text
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        pieces = backend.export(collection, where)
        if output is None or output in STANDARD_OUTPUT:
            _print(pieces)
        else:
            lines = write_lines(output, pieces)
            note(f"wrote {number_of(lines, 'chunk')} to {output}")


def _print(pieces: Iterable[bytes]) -> None:
    if sys.stdout.isatty():
        for text in codecs.iterdecode(pieces, "utf-8"):
            click.echo(escaped_json(text), nl=False)
        return
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
