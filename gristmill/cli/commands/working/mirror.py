"""`gristmill mirror`: folders that collections are kept in step with."""

import re
from pathlib import Path
from typing import Any

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import (
    after_flag,
    json_flag,
    limit_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.mirror_runs import code_of, print_mirror, watched
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import note, print_json, print_page, say
from gristmill.cli.terminal.phrases import duration
from gristmill.schemas.mirrors import MirrorView

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_EVERY = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")


@click.group("mirror")
def command() -> None:
    """Keep collections in step with folders: new, changed, moved and deleted files.

    A service does it; what is only asked for is done once one runs.

    \b
    Examples:
      gristmill mirror add handbook ~/handbook --collection handbook --every 15m
      gristmill mirror run handbook
      gristmill mirror list
    """


def _seconds(_context: object, _flag: object, value: str | None) -> float | None:
    """`30s`, `15m`, `2h`, `1d`, or seconds alone."""
    if value is None:
        return None
    match = _EVERY.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"{value!r} is no time such as 30s, 15m, 2h or 1d")
    return float(match[1]) * _UNITS[match[2] or "s"]


@command.command("add")
@click.argument("name")
@click.argument("path")
@click.option("--collection", "-c", metavar="NAME", required=True, help="Where documents go.")
@click.option("--every", callback=_seconds, metavar="TIME", help="Compare each 15m, 2h, 1d.")
@click.option("--watch", is_flag=True, help="Listen for changes (extra `watch`).")
@click.option("--include", multiple=True, metavar="GLOB", help="Only files that match one.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="No file or folder that matches.")
@click.option("--gitignore", is_flag=True, help="Leave out what `.gitignore` files name.")
@click.option(
    "--delete",
    type=click.Choice(["keep", "remove"]),
    default="keep",
    help="What becomes of documents whose file is gone.  [default: keep]",
)
@json_flag
@server_flag
@settings_flags("data")
def add(
    name: str,
    path: str,
    every: float | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
    **more: Any,
) -> ExitCode:
    """Keep a folder in step from now on; its first run comes at once.

    With --server the folder is one of the server's machine, below an allowed root. `.gristignore`
    files in it say, as git reads them, what is left out.
    """
    from gristmill.cli.configured.mirrors import request_of

    there = path if server else str(Path(path).absolute())
    wanted = request_of(name=name, path=there, every_s=every, **more)
    with open_backend(server, load({"data": data}, config)) as backend:
        return print_mirror(backend.mirrors.add(wanted), as_json)


@command.command("list")
@limit_flag(50)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
def list_(
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """List mirrors by name."""
    with open_backend(server, load({"data": data}, config)) as backend:
        page = backend.mirrors.page(after, limit)
    columns = ("mirror", "folder", "collection", "state", "every", "files", "waits for")
    print_page(page, as_json, columns, _row)


@command.command("show")
@click.argument("name")
@json_flag
@server_flag
@settings_flags("data")
def show(
    name: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> ExitCode:
    """Show a mirror, and what its last run has found. Exits 1 where it waits for somebody."""
    with open_backend(server, load({"data": data}, config)) as backend:
        return print_mirror(backend.mirrors.find(name), as_json)


@command.command("run")
@click.argument("name")
@click.option(
    "--confirm-gone", is_flag=True, help="Files that are gone are meant to be, however many."
)
@click.option("--no-wait", is_flag=True, help="Ask for it, and do not watch.")
@json_flag
@server_flag
@settings_flags("data")
def run(
    name: str,
    confirm_gone: bool,
    no_wait: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> ExitCode:
    """Compare a mirror now. Exits 1 where it then waits for somebody."""
    with open_backend(server, load({"data": data}, config)) as backend:
        before = backend.mirrors.find(name)
        asked = backend.mirrors.run(name, confirm_gone=confirm_gone)
        if no_wait:
            return print_mirror(asked, as_json)
        found = watched(backend.mirrors, name, before)
    print_mirror(found, as_json)
    return code_of(found)


def _add_pause(word: str, meaning: str, *, paused: bool) -> None:
    @command.command(word, help=meaning)
    @click.argument("name")
    @json_flag
    @server_flag
    @settings_flags("data")
    def change(
        name: str, as_json: bool, server: str | None, config: str | None, data: str | None
    ) -> ExitCode:
        with open_backend(server, load({"data": data}, config)) as backend:
            return print_mirror(backend.mirrors.pause(name, paused=paused), as_json)


_add_pause("pause", "Do nothing for a mirror until it is resumed.", paused=True)
_add_pause("resume", "Go on with a mirror that was paused.", paused=False)


@command.command("remove")
@click.argument("name")
@json_flag
@server_flag
@settings_flags("data")
def remove(
    name: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Forget a mirror; the documents that it has brought stay."""
    with open_backend(server, load({"data": data}, config)) as backend:
        backend.mirrors.remove(name)
    if as_json:
        print_json({"removed": name})
    else:
        say(f"the mirror {name} is no more")
        note("its documents stay; `gristmill collections delete` removes them")


def _row(each: MirrorView) -> tuple[object, ...]:
    every = duration(each.every_s) if each.every_s else ""
    how = ", ".join(part for part in (every, "watched" if each.watch else "") if part)
    return each.name, each.path, each.collection, each.state, how, each.files, each.why or ""
