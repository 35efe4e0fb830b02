"""`gristmill parse FILE`: look at what the pipeline makes of one file."""

from pathlib import Path
from typing import Any

import click
import msgspec

from gristmill.cli.flags import json_flag, settings_flags
from gristmill.cli.output import clean, print_json, print_pairs
from gristmill.cli.phrases import number_of, place
from gristmill.cli.settings import load
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError, InvalidRequest, PathNotFound
from gristmill.schemas.options import Options
from gristmill.schemas.results import DocumentContent
from gristmill.schemas.settings import Settings


@click.command("parse")
@click.argument("file", metavar="FILE")
@click.option("--chunk-max-chars", type=int, help="Hard limit of a chunk's length.")
@click.option("--chunk-overlap-chars", type=int, help="Repeated between neighbouring chunks.")
@json_flag
@settings_flags("max_document_bytes", "max_json_depth")
def command(
    file: str,
    chunk_max_chars: int | None,
    chunk_overlap_chars: int | None,
    as_json: bool,
    config: str | None,
    **flags: Any,
) -> None:
    """Run the pipeline on one file, without a service, and show the result.

    \b
    Example:
      gristmill parse report.pdf --chunk-max-chars 800
    """
    settings = load(flags, config)
    options = _options(chunk_max_chars=chunk_max_chars, chunk_overlap_chars=chunk_overlap_chars)
    content = _process(Path(file), options, settings)
    if as_json:
        print_json(content)
    else:
        _show(content)


def _process(path: Path, options: Options, settings: Settings) -> DocumentContent:
    from gristmill.pool.pipeline.process import process
    from gristmill.pool.pipeline.shapes import Blob, Limits

    if not path.is_file():
        raise PathNotFound(f"there is no file at {path}")
    try:
        if path.stat().st_size > settings.max_document_bytes:
            limit = f"{settings.max_document_bytes} bytes (max_document_bytes)"
            raise DocumentError(DocumentCode.TOO_LARGE, f"the file is over {limit}")
        limits = Limits(max_json_depth=settings.max_json_depth)
        return process(Blob(path.read_bytes(), path.name), options, limits)
    except DocumentError as error:
        code = error.document_code
        raise DocumentError(code, f"{path}: {code}: {error.message}") from error


def _options(**given: int | None) -> Options:
    values = {name: value for name, value in given.items() if value is not None}
    try:
        return msgspec.convert(values, Options)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the chunk options are wrong: {error}") from None


def _show(content: DocumentContent) -> None:
    print_pairs(
        [
            ("type", content.media_type),
            ("title", content.title),
            ("pages", content.pages),
            *((f"metadata.{name}", value) for name, value in content.metadata.items()),
            ("chunks", number_of(len(content.chunks), "chunk")),
        ]
    )
    for number, chunk in enumerate(content.chunks):
        where = clean(place(chunk.headings, chunk.page))
        head = f"[{number}] {chunk.start}-{chunk.end}" + (f"  {where}" if where else "")
        click.echo(f"\n{click.style(head, bold=True)}")
        for line in chunk.text.rstrip("\n").split("\n"):
            click.echo(clean(line))
