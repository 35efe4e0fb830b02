"""The settings as a page; `python -m gristmill.cli.configured.settings_page` writes it."""

import sys

from gristmill.schemas.configuration.knobs import Knob, knobs
from gristmill.schemas.configuration.settings import Settings

SOURCES = """\
Where a setting may come from, the later one wins:

1. the default below;
2. `gristmill.toml` in the current folder, or the file that `--config` or `GRISTMILL_CONFIG` names:
   settings by their names at the top level, such as `port = 8000`;
3. the environment variable `GRISTMILL_` and the name in capitals. A list is separated by commas,
   or a JSON array;
4. the flag.

All are merged as they were written, then checked once. A wrong or unknown one ends the program with
exit code 5 and a sentence that names it and where it came from. Relative paths start at the current
folder. `serve`, `supervise` and `web` take every flag; other commands take those that matter to
them, and the file and the environment for the rest.

`GRISTMILL_SERVER` is no setting: it is the default of `--server` in the client commands.
"""

_HEAD = f"""\
# Settings

This page is made from the class `Settings` (`schemas/configuration/settings.py`)
by `python -m gristmill.cli.configured.settings_page > docs/settings.md`; a test fails when it is
stale.
`gristmill settings` says the same.

{SOURCES}
"""


def page() -> str:
    """The whole page, as Markdown."""
    rows = [_row(knob) for knob in knobs(Settings).values()]
    lines = ["| setting | flag | default | takes | meaning |", "| --- | --- | --- | --- | --- |"]
    return _HEAD + "\n".join([*lines, *rows]) + "\n"


def _row(knob: Knob) -> str:
    default = "none" if knob.default == [] else f"`{knob.default}`"
    flag = f"`{knob.flag}`" + (", repeatable" if knob.repeated else "")
    return f"| `{knob.name}` | {flag} | {default} | {knob.takes} | {knob.description} |"


if __name__ == "__main__":
    sys.stdout.write(page())
