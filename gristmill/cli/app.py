"""The program: a group of commands, each in a module of its own."""

import gc
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from gristmill.cli.terminal.exit_codes import MEANINGS, ExitCode
from gristmill.cli.terminal.failures import CommandFailure, Interrupted, OutputClosed, failure_of
from gristmill.cli.terminal.help_page import GroupingContext, grouping
from gristmill.cli.terminal.streams import drop_output, fill_closed_streams
from gristmill.schemas.printable import clean, escaped, escaped_json
from gristmill.schemas.version import VERSION

COMMANDS = {
    "serve": "serving.serve",
    "supervise": "serving.supervise",
    "web": "serving.web",
    "ingest": "working.ingest",
    "jobs": "working.jobs",
    "job": "working.job",
    "top": "working.top",
    "collections": "reading.named_collections",
    "documents": "reading.documents",
    "show": "reading.show",
    "search": "reading.search",
    "export": "reading.export",
    "embed": "working.embed",
    "refresh": "working.refresh",
    "delete": "reading.delete",
    "restore-documents": "reading.restore_documents",
    "trash": "reading.trash",
    "cancel": "working.cancel",
    "retry": "working.retry",
    "bulk": "working.bulk",
    "webhooks": "working.webhooks",
    "mirror": "working.mirror",
    "stats": "keeping.stats",
    "parse": "reading.parse",
    "formats": "reading.formats",
    "steps": "reading.steps",
    "doctor": "keeping.doctor",
    "check": "keeping.check",
    "backup": "keeping.backup",
    "restore": "keeping.restore",
    "migrate": "keeping.migrate",
    "purge": "keeping.purge",
    "mcp": "serving.mcp",
    "drain": "serving.drain",
    "node": "serving.node",
    "nodes": "serving.nodes",
    "key": "keeping.key",
    "settings": "keeping.settings",
    "completion": "keeping.completion",
}
"""In the order of `gristmill --help`, each with its module in `gristmill.cli.commands`."""

_AT_ONCE = {"search", "show", "documents", "collections"}
"""They answer with one page and end, before there is garbage that is worth a look."""

_EPILOG = "\b\nExit codes:\n" + "\n".join(
    f"  {code.value:>3}  {code.name:<17} {text}" for code, text in MEANINGS.items()
)


class Program(click.Group):
    """Finds a command by its name, and ends with a sentence and an exit code, whatever happens."""

    context_class = GroupingContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in _AT_ONCE:
            gc.enable()
        module = import_module(f"gristmill.cli.commands.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return grouping(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS:
            from difflib import get_close_matches

            if close := get_close_matches(args[0], COMMANDS, n=1):
                ctx.fail(f"No such command {args[0]!r}. Did you mean {close[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with the whole first sentence of its help."""
        found = [(name, self.get_command(ctx, name)) for name in COMMANDS]
        rows = [(name, command.get_short_help_str(limit=90)) for name, command in found if command]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            # click would deal with these three itself, without a word.
            raise Interrupted(str(error) or "interrupted") from None
        except BrokenPipeError as error:
            raise OutputClosed from error
        except EOFError as error:
            raise RuntimeError(f"end of file {error}") from error

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run a command and exit. Results are exit codes; None means success."""
        fill_closed_streams()
        _make_printable()
        extra["standalone_mode"] = False
        arguments = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(arguments, prog_name or "gristmill", **extra)
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:
            code = _report(
                error,
                show_trace=arguments[:1] == ["--traceback"],
                as_json=_asks_for_json(arguments),
            )
        sys.exit(int(code or ExitCode.OK))


def _asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether `--json` is among the flags; what follows `--` is none."""
    flags = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in flags


def _report(error: BaseException, *, show_trace: bool, as_json: bool) -> ExitCode:
    failure = failure_of(error)
    if show_trace:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            click.echo(escaped(line), err=True)
    if failure.code is ExitCode.OUTPUT_CLOSED:
        # Python flushes stdout once more when it exits: let that go nowhere.
        with suppress(OSError, ValueError):
            drop_output()
    if failure.sentence:
        with suppress(OSError):
            click.echo(_told(error, failure, as_json=as_json), err=True)
    return failure.code


def _told(error: BaseException, failure: CommandFailure, *, as_json: bool) -> str:
    if not as_json:
        return f"error: {clean(failure.sentence)}"
    from gristmill.cli.terminal.problem import problem_of

    return escaped_json(problem_of(error, failure).decode())


def _make_printable() -> None:
    """A file name or text that the terminal's encoding lacks must not end a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


@click.group(
    cls=Program,
    epilog=_EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="gristmill", message="%(prog)s %(version)s")
@click.option("--traceback", "_traceback", is_flag=True, help="Show where an error comes from.")
@click.pass_context
def gristmill(ctx: click.Context, _traceback: bool) -> None:
    """Turn piles of documents into clean, searchable chunks.

    \b
    gristmill ingest notes/ report.pdf    work on ./gristmill-data, no server needed
    gristmill search "water wheel"        look into what was ingested
    gristmill serve                       the same over HTTP

    Settings come from a file, GRISTMILL_* and flags: see `gristmill settings`. Shells complete
    commands and flags after `eval "$(gristmill completion bash)"`.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
