"""Writes docs/command-line.md: `python -m gristmill.cli.command_page > docs/command-line.md`."""

import inspect
import sys
from collections.abc import Iterator

import click

from gristmill.cli.app import gristmill
from gristmill.cli.json_shapes import SHAPES, Shape
from gristmill.cli.terminal.exit_codes import MEANINGS
from gristmill.cli.terminal.help_page import examples_of
from gristmill.schemas.configuration.knobs import knobs
from gristmill.schemas.configuration.settings import Settings

_SHARED = ("--json", "--server", "--key-file", "--config", "--data", "--help")
_SETTINGS = tuple(knob.flag for knob in knobs(Settings).values())
_SERVICES = ("serve", "supervise", "web")

_HEAD = """\
# Command line

This page is made from the commands themselves (`gristmill/cli/`) by
`python -m gristmill.cli.command_page > docs/command-line.md`; a test fails when it is stale, and
others hold each example and each shape of JSON against the program.

- `--data DIR` names the data folder; `--server URL` (`GRISTMILL_SERVER`) asks a server instead,
  with the key in `--key-file FILE` or `GRISTMILL_KEY`. Settings: `docs/settings.md`.
- On a terminal there are tables, at least 60 columns wide; into a pipe, a header and lines
  with tabs. `NO_COLOR` is kept to. `--json` prints JSON on standard output, with the members below;
  more may be added, none is renamed.
- With `--json`, a failure is a problem document (RFC 9457) in the last line of standard error:
  `type`, `title`, `status` (what HTTP would have said), `code`, `detail`, `exit_code`, and what
  belongs to it, such as `job_id`. Without, it is a sentence.
- A job is named by its id, its first letters (four or more), or `last`.
- Shells complete commands and flags: `eval "$(gristmill completion bash)"` in `~/.bashrc`, the same
  with `zsh` in `~/.zshrc`, or for fish
  `gristmill completion fish > ~/.config/fish/completions/gristmill.fish`.

| exit code | meaning |
| --- | --- |
"""


def page() -> str:
    """The whole page, as Markdown."""
    codes = "".join(f"| {code.value} | {text} |\n" for code, text in MEANINGS.items())
    sections = (_section(path, command) for path, command in commands())
    return "\n".join([_HEAD + codes, *sections])


def commands() -> Iterator[tuple[str, click.Command]]:
    """Each command and each below one, with what calls it."""
    ctx = click.Context(gristmill)
    for name in gristmill.list_commands(ctx):
        command = gristmill.get_command(ctx, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for below, each in command.commands.items():
                yield f"{name} {below}", each


def _section(path: str, command: click.Command) -> str:
    parts = [f"## gristmill {path}", _told(command), _examples(command), _flags(path, command)]
    for called, shape in SHAPES.items():
        words = called.split()
        if " ".join(word for word in words if word.islower() and word[0] != "-") == path:
            parts.append(_members(called, shape))
    return "\n\n".join(part for part in parts if part) + "\n"


def _told(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").partition("\b")[0].strip()


def _examples(command: click.Command) -> str:
    lines = examples_of(command)
    return "\n".join(["```", *lines, "```"]) if lines else ""


def _flags(path: str, command: click.Command) -> str:
    """Those that are not everybody's; of a service, they are settings."""
    ctx = click.Context(command, info_name=path)
    options = [each for each in command.get_params(ctx) if isinstance(each, click.Option)]
    left_out = {*_SHARED, *(_SETTINGS if path in _SERVICES else ())}
    own = [each for each in options if not left_out & set(each.opts)]
    rows = [record for each in own if (record := each.get_help_record(ctx)) is not None]
    lines = [f"| `{_cell(flags)}` | {_cell(told)} |" for flags, told in rows]
    table = "\n".join(["| flag | meaning |", "| --- | --- |", *lines]) if lines else ""
    if path not in _SERVICES:
        return table
    return f"It takes every setting as a flag (`docs/settings.md`), and:\n\n{table}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _members(called: str, shape: Shape) -> str:
    each = ", one such object a line" if shape.lines else ""
    told = f"`{called} --json`{each}: {_listed(shape.members)}"
    for member, inner in shape.inner.items():
        told += f"; each of `{member}`: {_listed(inner)}"
    return told + "."


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write(page())
