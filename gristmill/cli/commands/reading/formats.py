"""`gristmill formats`: what is read here."""

import click

from gristmill.cli.configured.flags import json_flag
from gristmill.cli.terminal.output import print_json, print_table


@click.command("formats")
@click.argument("word", required=False)
@json_flag
def command(word: str | None, as_json: bool) -> None:
    """List what is read on this machine: types, names, who reads them, what they need.

    With WORD, only the formats that have it in their type, names or parser.

    \b
    Examples:
      gristmill formats
      gristmill formats .docx
    """
    from gristmill.cli.diagnosis.formats import formats

    found = [each for each in formats() if word is None or each.is_called(word)]
    if as_json:
        print_json({"items": found})
        return
    rows = [(" ".join(each.names), each.media_type, each.parser, each.note) for each in found]
    print_table(("names", "media type", "parser", "note"), rows)
