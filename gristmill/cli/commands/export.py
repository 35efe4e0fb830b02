"""`gristmill export`: every chunk as a line of JSON."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.flags import collection_flag, server_flag, settings_flags
from gristmill.cli.output import note
from gristmill.cli.settings import load
from gristmill.storage.durable import sync_folder, temp_beside


@click.command("export")
@collection_flag
@click.option("--output", "-o", metavar="FILE", help="Write to FILE, whole or not at all.")
@server_flag
@settings_flags("data")
def command(
    collection: str | None,
    output: str | None,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """Write JSON Lines: one chunk a line, with its document's uri, title, type and metadata.

    \b
    Examples:
      gristmill export --collection handbook --output handbook.jsonl
      gristmill export | jq -r .text
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        pieces = backend.export(collection)
        if output is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        else:
            lines = _write(Path(output), pieces)
            note(f"wrote {lines:,} chunks to {output}")


def _write(path: Path, pieces: Iterable[bytes]) -> int:
    """Write beside `path`, then rename: it holds the old bytes or all the new ones."""
    temp = temp_beside(path)
    lines = 0
    try:
        with open(temp, "xb") as file:
            for piece in pieces:
                file.write(piece)
                lines += piece.count(b"\n")
            file.flush()
            os.fsync(file.fileno())
        temp.replace(path)
    except BaseException:
        with suppress(OSError):
            temp.unlink()
        raise
    sync_folder(path.parent)
    return lines
