"""`gristmill parse FILE`: look at what the pipeline makes of one file."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

from gristmill.cli.configured.chosen_steps import chosen
from gristmill.cli.configured.flags import (
    chunk_flags,
    chunk_options,
    json_flag,
    pdf_flag,
    settings_flags,
    step_flag,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json, print_pairs, print_table
from gristmill.cli.terminal.phrases import number_of, place, size, warning_of
from gristmill.cli.terminal.printed_content import print_content
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import DocumentContent, Member, unpack_floats
from gristmill.schemas.printable import clean
from gristmill.schemas.problems.errors import DocumentError, InvalidRequest
from gristmill.schemas.rendering.forms import ContentForm

_SETTINGS = (
    *("max_document_bytes", "max_json_depth", "tokenizer_file"),
    *("embed_models", "embed_key_file"),
)


@click.command("parse")
@click.argument("file", metavar="FILE")
@chunk_flags
@pdf_flag
@click.option(
    "--format",
    "form",
    type=click.Choice([each.value for each in ContentForm]),
    help="Print the whole document like this, and not its chunks.",
)
@step_flag
@json_flag
@settings_flags(*_SETTINGS)
def command(
    file: str,
    pdf: str | None,
    form: str | None,
    steps: tuple[str, ...],
    as_json: bool,
    config: str | None,
    **flags: Any,
) -> None:
    """Run the pipeline on one file, without a service, and show the result. Of an archive, what is
    in it; `archive.zip!/path` names a file inside.

    \b
    Examples:
      gristmill parse report.pdf --chunk-max-chars 800
      gristmill parse report.pdf --format markdown | less
    """
    from gristmill.pool.parse_file import ParsedFile, parsed_or_listed

    options = _options(pdf=pdf, steps=chosen(steps) or None, **chunk_options(flags))
    settings = load(flags, config)
    try:
        made = parsed_or_listed(file, options, settings)
    except DocumentError as error:
        code = error.document_code
        raise DocumentError(code, f"{file}: {code}: {error.message}") from error
    if form is not None and isinstance(made, DocumentContent):
        print_content(ParsedFile(file, made).written(form).encode(), ContentForm(form))
    elif isinstance(made, DocumentContent):
        print_json(_readable(made)) if as_json else _show(made)
    else:
        print_json(made) if as_json else _list(made)


def _list(members: Sequence[Member]) -> None:
    rows = [
        (each.path, "" if each.size is None else size(each.size), each.code, each.message)
        for each in members
    ]
    print_table(("path", "size", "code", "message"), rows)


def _options(**given: object) -> Options:
    values = {name: value for name, value in given.items() if value is not None}
    try:
        return msgspec.convert(values, Options)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the options are wrong: {error}") from None


def _readable(content: DocumentContent) -> Any:
    """The content with its vectors as numbers; the signature tells people nothing, and what it
    is made of is printed by --format json."""
    content = msgspec.structs.replace(content, structure=())
    if content.vectors is None:
        return msgspec.structs.replace(content, signature=None)
    rows = [unpack_floats(each) for each in content.vectors.values]
    plain = msgspec.to_builtins(msgspec.structs.replace(content, vectors=None, signature=None))
    return {**plain, "vector_model": content.vectors.model, "vectors": rows}


def _show(content: DocumentContent) -> None:
    print_pairs(
        [
            ("type", content.media_type),
            ("title", content.title),
            ("pages", content.pages),
            *((f"metadata.{name}", value) for name, value in content.metadata.items()),
            ("chunks", number_of(len(content.chunks), "chunk")),
            *(("warning", warning_of(each)) for each in content.warnings),
        ]
    )
    for number, chunk in enumerate(content.chunks):
        where = clean(place(chunk.headings, chunk.page))
        head = f"[{number}] {chunk.start}-{chunk.end}" + (f"  {where}" if where else "")
        click.echo(f"\n{click.style(head, bold=True)}")
        for name, value in chunk.annotations.items():
            click.echo(clean(f"{name}: {value}"))
        for line in chunk.table_header.split("\n") if chunk.table_header else ():
            click.echo(click.style(clean(line), dim=True))
        for line in chunk.text.rstrip("\n").split("\n"):
            click.echo(clean(line))
