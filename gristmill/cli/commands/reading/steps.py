"""`gristmill steps`: what may be done with chunks here."""

import click

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_json, print_table


@click.command("steps")
@json_flag
@settings_flags()
def command(as_json: bool, config: str | None) -> None:
    """List the steps that are installed, with their options, and what they need.

    \b
    Example:
      gristmill steps
    """
    from gristmill.cli.diagnosis.steps import steps

    found = list(steps(load({}, config)))
    if as_json:
        print_json({"items": found})
        return
    rows = [(each.step, each.state, each.options_text, each.advice) for each in found]
    print_table(("step", "state", "options", "what to do"), rows)
