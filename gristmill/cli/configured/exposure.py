"""A service that others can reach asks them for a key."""

import click

from gristmill.schemas.configuration.settings import Settings
from gristmill.server.access.wall import is_loopback
from gristmill.storage.stores import Stores

insecure_flag = click.option(
    "--insecure",
    is_flag=True,
    envvar="GRISTMILL_INSECURE",
    show_envvar=True,
    help="Listen beyond loopback without API keys: everybody who gets there may do everything.",
)


def expect_keys(settings: Settings, *, insecure: bool) -> None:
    """Raises UsageError where anybody on the network could do anything, and nobody said so.
    Keys that have expired count: with them, nobody gets in."""
    if insecure or is_loopback(settings.host.strip("[]").lower()):
        return
    if not Stores.at(settings.data).tokens.all():
        raise click.UsageError(
            f"{settings.host} can be reached from other machines, and there is no API key: make "
            f"one with `gristmill key add NAME --scope admin --data {settings.data}`, or say "
            "--insecure where something in front of the service asks who comes"
        )
