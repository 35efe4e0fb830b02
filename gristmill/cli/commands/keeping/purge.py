"""`gristmill purge`: drop jobs that ended long ago."""

import re
import time
from datetime import UTC, datetime, timedelta

import click

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json
from gristmill.cli.terminal.phrases import number_of

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Age(click.ParamType):  # type: ignore[type-arg]
    """A time span such as 30d, 12h, 90m, 45s; a bare number counts days."""

    name = "age"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([dhms]?)", str(value))
        if match is None:
            self.fail(f"{value!r} is no age; write 30d, 12h, 90m or 45s", param, ctx)
        try:
            age = timedelta(**{_UNITS[match[2] or "d"]: float(match[1])})
            # Further back than the calendar goes is no age either.
            datetime.now(UTC) - age
        except OverflowError:
            self.fail(f"{value!r} is longer ago than any job", param, ctx)
        return age


@click.command("purge")
@click.option(
    "--older-than",
    type=Age(),
    required=True,
    metavar="AGE",
    help="30d, 12h, 90m or 45s; a bare number counts days.",
)
@json_flag
@settings_flags("data")
def command(older_than: timedelta, as_json: bool, config: str | None, data: str | None) -> None:
    """Drop ended jobs by age: their manifests, keys, kept uploads and ledgers. And uploads whose
    requests broke off, after `orphan_hours`.

    Pending jobs and the library's documents stay. A running service does this by itself, once an
    hour, after `retention_days`.

    \b
    Example:
      gristmill purge --older-than 7d
    """
    from gristmill.cli.configured.data_folder import existing_folder, permissions_explained
    from gristmill.storage.disk.reserve import with_reserve
    from gristmill.storage.layout import DataFolder
    from gristmill.storage.upkeep.orphans import drop_orphans
    from gristmill.storage.upkeep.retention import purge

    settings = load({"data": data}, config)
    existing_folder(settings)
    folder = DataFolder.open(settings.data, objects=settings.spool)
    with permissions_explained(folder.root):
        before = datetime.now(UTC) - older_than
        purged = with_reserve(folder.root, lambda: purge(folder, before))
        orphans = drop_orphans(folder, time.time() - 3600 * settings.orphan_hours)
    if as_json:
        print_json({**purged._asdict(), "orphans": orphans})
    else:
        also = f" and {number_of(orphans, 'upload')} of no job" if orphans else ""
        click.echo(f"dropped {number_of(purged.jobs, 'job')}{also}")
