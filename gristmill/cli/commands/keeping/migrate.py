"""`gristmill migrate`: the library moves into PostgreSQL, or back into a file."""

import click

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json
from gristmill.cli.terminal.phrases import number_of
from gristmill.schemas.problems.errors import DataFolderUnusable

FILE = "file"


@click.command("migrate")
@click.option(
    "--to",
    "target",
    required=True,
    metavar="PLACE",
    help="postgresql://USER@HOST/DATABASE, or `file` for the data folder.",
)
@json_flag
@settings_flags("data")
def command(target: str, as_json: bool, config: str | None, data: str | None) -> None:
    """Move the library to another place. No service may be at work on the data folder.

    The new library takes the place of the old one once both hold the same, by counts and digests.
    The old one is left as it was. After an interruption the same command goes on.

    \b
    Example:
      gristmill migrate --to postgresql://gristmill@db.example/gristmill
    """
    from gristmill.cli.configured.data_folder import existing_folder, permissions_explained
    from gristmill.storage.library.postgres.address import checked
    from gristmill.storage.opening import noted_place

    folder = existing_folder(load({"data": data}, config))
    address = noted_place(folder) or ("" if target == FILE else target)
    if not address:
        raise DataFolderUnusable(f"the library of {folder.root} is a file there already")
    # Before what comes next is loaded: it takes a package that may be missing.
    checked(address)
    from gristmill.storage.moving.moving import move

    with permissions_explained(folder.root):
        moved = move(folder, "" if target == FILE else target, _progress)
    if as_json:
        print_json(
            {
                "before": moved.before,
                "after": moved.after,
                "held": [each._asdict() for each in moved.held],
            }
        )
        return
    for each in moved.held:
        click.echo(f"{each.name}: {number_of(each.rows, 'row')}, sha256 {each.sha256[:16]}")
    click.echo(f"the library is {moved.after} from now on; {moved.before} is left as it was")


def _progress(name: str, rows: int) -> None:
    click.echo(f"{name}: {rows}", err=True)
