"""`gristmill settings`: every setting there is."""

import shutil
import sys
import textwrap

import click
import msgspec

from gristmill.cli.configured.flags import json_flag
from gristmill.cli.configured.settings_page import SOURCES
from gristmill.cli.terminal.output import print_json
from gristmill.schemas.configuration.knobs import Knob, knobs
from gristmill.schemas.configuration.settings import Settings

_WIDTH = 100


@click.command("settings")
@json_flag
def command(as_json: bool) -> None:
    """List every setting: what it means, what it takes, its default.

    \b
    Example:
      gristmill settings
    """
    found = list(knobs(Settings).values())
    if as_json:
        print_json([_described(knob) for knob in found])
        return
    click.echo("\n".join([SOURCES, *map(_entry, found)]))


def _described(knob: Knob) -> dict[str, object]:
    names = {"flag": knob.flag, "variable": knob.variable}
    return {**names, **{k: v for k, v in msgspec.structs.asdict(knob).items() if k != "metavar"}}


def _entry(knob: Knob) -> str:
    default = "none" if knob.default == [] else repr(knob.default)
    again = ", repeatable" if knob.repeated else ""
    told = textwrap.fill(
        f"{knob.description} Takes {knob.takes}; the default is {default}.",
        min(_WIDTH, shutil.get_terminal_size().columns) if sys.stdout.isatty() else _WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        # A path or a flag is for copying.
        break_on_hyphens=False,
    )
    return f"{knob.name}   ({knob.flag}{again}; {knob.variable})\n{told}\n"
