"""`gristmill mcp`: a service as tools of a model."""

from pathlib import Path

import click

from gristmill.cli.configured.api_key import given_key
from gristmill.cli.configured.flags import server_flag
from gristmill.schemas.problems.errors import ServiceFailed


@click.command("mcp")
@click.option(
    "--allow-root",
    "roots",
    multiple=True,
    metavar="DIR",
    help="Let the model ingest files below this folder; may be repeated. Without it: none.",
)
@server_flag
def command(roots: tuple[str, ...], server: str | None) -> None:
    """Serve a model over standard input and output, by the Model Context Protocol.

    It searches, reads, ingests and follows jobs at `--server`, else at http://127.0.0.1:8000. Give
    this command to the program that runs the model; with a key of scope `read` it only reads.

    \b
    Example:
      gristmill mcp --server http://127.0.0.1:8000 --allow-root ~/documents
    """
    try:
        from gristmill.integrations.mcp_server.serving import serve
    except ModuleNotFoundError as error:
        if error.name not in ("mcp", "pydantic"):
            raise
        raise ServiceFailed(
            "the Model Context Protocol needs a package that is missing: "
            "pip install 'gristmill[mcp]'"
        ) from None
    from gristmill.client.awaiting_client import AsyncClient

    serve(AsyncClient(server or None, key=given_key()), [Path(root) for root in roots])
