"""`gristmill backup`: a copy of the data folder, taken while the service runs."""

from pathlib import Path

import click

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json
from gristmill.cli.terminal.phrases import number_of, size


@click.command("backup")
@click.argument("target", metavar="DIR")
@json_flag
@settings_flags("data")
def command(target: str, as_json: bool, config: str | None, data: str | None) -> None:
    """Copy the data folder to DIR, which is made, or empty. The service may run meanwhile.

    Every job that was accepted before is in the copy, and goes on where it is restored. Uploads
    that are objects (`spool`) are not in it: it goes on while their bucket has them.

    \b
    Example:
      gristmill backup /backups/gristmill-monday
    """
    from gristmill.cli.configured.data_folder import existing_folder, permissions_explained
    from gristmill.storage.backup.backing_up import back_up

    folder = existing_folder(load({"data": data}, config))
    with permissions_explained(folder.root):
        taken = back_up(folder, Path(target).absolute())
    if folder.objects:
        click.echo(
            f"the uploads in {folder.objects} are not in this backup: pending jobs, and retries, "
            "will need them there",
            err=True,
        )
    if as_json:
        print_json(taken)
        return
    click.echo(
        f"backed up {number_of(taken.documents, 'document')}, "
        f"{number_of(taken.pending_jobs, 'pending job')}, {number_of(taken.files, 'file')} "
        f"({size(taken.bytes)}) to {target}"
    )
