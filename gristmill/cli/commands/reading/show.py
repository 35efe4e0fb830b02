"""`gristmill show ID`: one document of the library, whole, or one of its chunks."""

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json
from gristmill.cli.terminal.phrases import place
from gristmill.cli.terminal.printed_changes import print_changes
from gristmill.cli.terminal.printed_content import print_content
from gristmill.schemas.ids import chunk_parts
from gristmill.schemas.printable import clean
from gristmill.schemas.rendering.forms import ContentForm, TableForm
from gristmill.schemas.views import ChunkView

_LINES_AROUND = 3


@click.command("show")
@click.argument("document_id", metavar="ID")
@click.option(
    "--format",
    "form",
    type=click.Choice([each.value for each in ContentForm]),
    default=ContentForm.MARKDOWN.value,
    show_default=True,
    help="How the document is written.",
)
@click.option(
    "--tables",
    type=click.Choice([each.value for each in TableForm]),
    help="Only its tables, written like this.",
)
@click.option(
    "--context",
    type=click.IntRange(0, 20),
    metavar="N",
    help="Of a chunk: so many before it, and after it, as well.  [default: 0]  Of --changes: so "
    "many lines around each.  [default: 3]",
)
@click.option("--changes", is_flag=True, help="What has changed since its bytes last changed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as --format json does.")
@click.option("--table", type=click.IntRange(1), metavar="N", help="Only this one of its tables.")
@server_flag
@settings_flags("data")
def command(
    document_id: str,
    form: str,
    tables: str | None,
    table: int | None,
    context: int | None,
    changes: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """Print a document of the library in a form of your choice, or what of it has changed.

    ID is that of a document or, as hits of a search have it, of a chunk.

    \b
    Examples:
      gristmill show 3f2a91c07b5d4e68a1c2d3e4f5061728 --format html
      gristmill show 3f2a91c07b5d4e68a1c2d3e4f5061728 --tables csv --table 2
      gristmill show 3f2a91c07b5d4e68a1c2d3e4f5061728-4 --context 1
      gristmill show 3f2a91c07b5d4e68a1c2d3e4f5061728 --changes
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        if chunk_parts(document_id) is not None:
            found = backend.chunk(document_id, context or 0)
            print_json(found) if as_json else _print_chunks(found)
        elif changes:
            told = backend.changes(document_id, _LINES_AROUND if context is None else context)
            print_json(told) if as_json else print_changes(told)
        elif context is not None:
            raise click.UsageError("--context goes with the id of a chunk, or with --changes")
        elif tables is not None or table is not None:
            table_form = TableForm(tables or TableForm.JSON)
            print_content(backend.tables(document_id, table_form, table), table_form)
        else:
            content_form = ContentForm.JSON if as_json else ContentForm(form)
            print_content(backend.content(document_id, content_form), content_form)


def _print_chunks(found: ChunkView) -> None:
    for chunk in (*found.before, found.chunk, *found.after):
        where = clean(place(chunk.headings, chunk.page))
        head = f"[{chunk.ordinal}]" + (f"  {where}" if where else "")
        click.echo(head)
        for line in chunk.text.rstrip("\n").split("\n"):
            click.echo(clean(line))
        click.echo()
