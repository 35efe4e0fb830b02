"""What `--help` says: flags under headings, and examples that are commands as they are."""

import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from gristmill.cli.app import COMMANDS, gristmill
from gristmill.cli.terminal.help_page import by_heading, examples_of, heading_of


def commands(command: click.Command, ctx: click.Context) -> Iterator[click.Command]:
    """A command and all below it."""
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None
            yield from commands(below, click.Context(below, info_name=name, parent=ctx))


EXAMPLES = [
    line for each in commands(gristmill, click.Context(gristmill)) for line in examples_of(each)
]


def parsed(words: list[str]) -> click.Context:
    """The context of the command that these words call, read to the last flag."""
    ctx = gristmill.make_context("gristmill", words)
    while isinstance(ctx.command, click.Group) and ctx._protected_args:
        name, command, rest = ctx.command.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        assert command is not None
        ctx = command.make_context(name, rest, parent=ctx)
    return ctx


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_is_a_command_that_is_understood(line: str) -> None:
    program, *words = shlex.split(line, comments=True)
    ends = [words.index(each) for each in ("|", "<", ">") if each in words]
    ctx = parsed(words[: min(ends, default=len(words))])
    assert program == "gristmill" and ctx.command.name in words


def test_every_command_has_an_example() -> None:
    shown = {shlex.split(line)[1] for line in EXAMPLES}
    assert set(COMMANDS) - shown - {"completion"} == set()


@pytest.mark.parametrize(
    ("flags", "heading"),
    [
        ("-c, --collection NAME", "Options"),
        ("--json", "What is printed"),
        ("--data PATH", "Where"),
        ("-v, --verbose", "What is printed"),
        ("--chunk-max-chars N", "How documents are read"),
    ],
)
def test_a_flag_stands_under_what_it_is_about(flags: str, heading: str) -> None:
    assert heading_of(flags) == heading


def test_no_flag_of_a_command_is_lost_or_told_twice() -> None:
    rows = [("--json", "a"), ("--own", "b"), ("--data PATH", "c"), ("-h, --help", "d")]
    told = by_heading(rows)
    assert list(told) == ["Options", "What is printed", "Where"]
    assert sorted(row for rows in told.values() for row in rows) == sorted(rows)


def test_no_heading_of_a_command_has_more_than_twenty_flags() -> None:
    for name in COMMANDS:
        help_text = CliRunner().invoke(gristmill, [name, "--help"]).output
        sections = help_text.split(":\n")
        assert max(section.count("\n  -") for section in sections) <= 20, name
