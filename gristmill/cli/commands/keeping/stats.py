"""`gristmill stats`: numbers."""

from collections.abc import Iterator, Mapping

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import json_flag, server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json, print_pairs
from gristmill.cli.terminal.phrases import duration, size


@click.command("stats")
@json_flag
@server_flag
@settings_flags("data")
def command(as_json: bool, server: str | None, config: str | None, data: str | None) -> None:
    """Show numbers: the library, and the queue while a service runs.

    \b
    Example:
      gristmill stats --json
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        stats = backend.stats()
    if as_json:
        print_json(stats)
    else:
        print_pairs(_flat(stats))


def _flat(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, _for_people(name, value)


def _for_people(name: str, value: object) -> object:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value
    if name == "bytes" or name.endswith("_bytes"):
        return size(int(value))
    if name == "seconds" or name.endswith(("_seconds", "_s")):
        return duration(value)
    return f"{value:,}" if isinstance(value, int) else round(value, 3)
