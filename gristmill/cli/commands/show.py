"""`gristmill show ID`: one document of the library, whole."""

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.printed_content import print_content
from gristmill.schemas.rendering.forms import ContentForm, TableForm


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
@click.option("--table", type=click.IntRange(1), metavar="N", help="Only this one of its tables.")
@server_flag
@settings_flags("data")
def command(
    document_id: str,
    form: str,
    tables: str | None,
    table: int | None,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """Print a document of the library as Markdown, HTML, JSON or text.

    \b
    Examples:
      gristmill show 3f2a91c07b5d4e68a1c2d3e4f5061728 --format html
      gristmill show 3f2a91c07b5d4e68a1c2d3e4f5061728 --tables csv --table 2
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        if tables is not None or table is not None:
            table_form = TableForm(tables or TableForm.JSON)
            print_content(backend.tables(document_id, table_form, table), table_form)
        else:
            print_content(backend.content(document_id, ContentForm(form)), ContentForm(form))
