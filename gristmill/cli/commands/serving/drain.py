"""`gristmill drain`: end a service in good order."""

import time

import click

from gristmill.cli.configured.flags import settings_flags
from gristmill.cli.configured.settings import load
from gristmill.schemas.problems.errors import ServiceFailed


@click.command("drain")
@click.option("--wait", is_flag=True, help="Return when the service has ended.")
@click.option(
    "--timeout",
    type=float,
    metavar="SECONDS",
    default=120.0,
    show_default=True,
    help="Seconds that --wait waits.",
)
@settings_flags("data")
def command(wait: bool, timeout: float, config: str | None, data: str | None) -> None:
    """End the service on the data folder, as a SIGTERM does. What runs gets to end; what waits
    stays queued and goes on at the next start.

    \b
    Example:
      gristmill drain --wait
    """
    from gristmill.cli.configured.data_folder import existing_folder
    from gristmill.pool.client import PoolClient
    from gristmill.storage.disk.locks import try_lock
    from gristmill.storage.stores import Stores

    folder = existing_folder(load({"data": data}, config))
    PoolClient(Stores(folder)).drain()
    if not wait:
        click.echo("draining")
        return
    deadline = time.monotonic() + timeout
    # The lock is the supervisor's for as long as it lives.
    while (lock := try_lock(folder.supervisor_lock)) is None:
        if time.monotonic() > deadline:
            raise ServiceFailed(f"the service has not ended within {timeout:g} s")
        time.sleep(0.05)
    lock.release()
    click.echo("drained")
