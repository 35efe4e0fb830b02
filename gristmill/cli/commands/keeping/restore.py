"""`gristmill restore`: a data folder made of a backup."""

from pathlib import Path

import click

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_json
from gristmill.cli.terminal.phrases import number_of


@click.command("restore")
@click.argument("source", metavar="DIR")
@json_flag
@settings_flags("data")
def command(source: str, as_json: bool, config: str | None, data: str | None) -> int:
    """Make a data folder of the backup in DIR. There must be none yet, or an empty one.

    It is checked, and what is derived is made again; exit 1 where something is left that `check`
    would name. Jobs that were pending go on once a service runs on it.

    \b
    Example:
      gristmill restore /backups/gristmill-monday --data /var/lib/gristmill
    """
    from gristmill.cli.commands.keeping.check import print_findings
    from gristmill.storage.backup.restoring import restore
    from gristmill.storage.layout import DataFolder

    settings = load({"data": data}, config)
    folder = DataFolder.at(settings.data, settings.spool)
    backup, findings = restore(Path(source).absolute(), folder)
    left = [finding for finding in findings if not finding.repaired]
    if as_json:
        print_json({"backup": backup, "findings": findings, "left": len(left)})
    else:
        if left:
            print_findings(findings, len(left))
        click.echo(
            f"restored {number_of(backup.documents, 'document')} and "
            f"{number_of(backup.pending_jobs, 'pending job')} of {backup.taken_at:%Y-%m-%d %H:%M} "
            f"UTC to {folder.root}"
        )
    return ExitCode.FAILED if left else ExitCode.OK
