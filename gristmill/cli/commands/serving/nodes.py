"""`gristmill nodes`: the machines that work for a service."""

import click

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json, print_table, say
from gristmill.schemas.problems.errors import InvalidRequest


@click.command("nodes")
@click.option("--drain", metavar="NODE", help="Let this one end what it holds, and go.")
@json_flag
@settings_flags("data")
def command(drain: str | None, as_json: bool, config: str | None, data: str | None) -> None:
    """List the machines that work for the service on the data folder (`--engine dask`).

    \b
    Example:
      gristmill nodes --drain 10.0.0.2:40001#1f2e3d4c5b6a7988
    """
    from gristmill.cli.configured.data_folder import existing_folder
    from gristmill.pool.client import PoolClient
    from gristmill.storage.stores import Stores

    client = PoolClient(Stores(existing_folder(load({"data": data}, config))))
    if drain is not None:
        if not client.retire(drain):
            raise InvalidRequest(f"there is no node {drain}; `gristmill nodes` lists them")
        say(f"draining {drain}")
        return
    nodes = client.nodes()
    if as_json:
        print_json({"items": nodes})
        return
    rows = [(n.name, n.state, n.workers, n.busy, n.version, n.why) for n in nodes]
    print_table(("node", "state", "workers", "busy", "version", "why"), rows)
