"""`gristmill collections`: what the library's collections hold and are set to."""

from datetime import datetime
from typing import Any

import click
import msgspec

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.chosen_steps import chosen
from gristmill.cli.configured.flags import (
    after_flag,
    chunk_flags,
    chunk_options,
    confirming_flags,
    json_flag,
    limit_flag,
    pdf_flag,
    server_flag,
    settings_flags,
    step_flag,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.confirming import confirmed, print_deleted
from gristmill.cli.terminal.output import print_json, print_page, print_pairs, say
from gristmill.cli.terminal.phrases import moment, number_of, size
from gristmill.schemas.collections_told import CollectionState
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.outcomes.documents import Collection


@click.group("collections", invoke_without_command=True)
@limit_flag(100)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
@click.pass_context
def command(
    ctx: click.Context,
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """List collections, or show, set, rename, delete one.

    Without a command: those that hold documents or have settings, by name, with their sizes.

    \b
    Examples:
      gristmill collections --json
      gristmill collections set handbook --chunk-max-chars 800 --step language
      gristmill collections rename handbook manual
      gristmill collections delete manual --if-documents 12
    """
    if ctx.invoked_subcommand is not None:
        return
    with open_backend(server, load({"data": data}, config)) as backend:
        page = backend.collections(after, limit)
    print_page(page, as_json, ("collection", "documents", "chunks", "size"), _row)


@command.command("show")
@click.argument("name")
@json_flag
@server_flag
@settings_flags("data")
def show(
    name: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Show what a collection holds and what its jobs inherit."""
    with open_backend(server, load({"data": data}, config)) as backend:
        found = backend.collection(name)
    print_json(found) if as_json else _print(found)


@command.command("set")
@click.argument("name")
@chunk_flags
@pdf_flag
@step_flag
@json_flag
@server_flag
@settings_flags("data", "tokenizer_file", "embed_models", "embed_key_file")
def set_(
    name: str,
    pdf: str | None,
    steps: tuple[str, ...],
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: Any,
) -> None:
    """Set what jobs of a collection inherit; it exists from then on.

    What was set before is replaced as a whole. A job that says something else for itself has it so.
    What is in the collection already stays as it is until `gristmill refresh`.

    \b
    Examples:
      gristmill collections set handbook --chunk-max-chars 800 --pdf text --step language
      gristmill collections set scans --step '{"name": "ocr", "options": {"languages": ["deu"]}}'
    """
    said: dict[str, object] = {**chunk_options(flags)}
    if pdf is not None:
        said["pdf"] = pdf
    if steps:
        said["steps"] = chosen(steps)
    with open_backend(server, load(flags, config)) as backend:
        found = backend.change_collection(name, {"options": said})
    print_json(found) if as_json else _print(found)


@command.command("rename")
@click.argument("name")
@click.argument("new")
@json_flag
@server_flag
@settings_flags("data")
def rename(
    name: str, new: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Give a collection another name. API keys that are bound to it follow.

    Ids of documents follow from the name: they change with it. Jobs of before keep the old name.
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        found = backend.change_collection(name, {"name": new})
    if as_json:
        print_json(found)
        return
    say(f"{name} is called {new} now: {number_of(found.documents, 'document')} with new ids")
    if found.keys:
        say(f"keys that are bound to the new name now: {', '.join(found.keys)}")


@command.command("delete")
@click.argument("name")
@confirming_flags
@json_flag
@server_flag
@settings_flags("data")
def delete(
    name: str,
    expected: int | None,
    yes: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """Delete a collection with its documents and settings.

    It asks first, or takes the number of documents for a yes. Jobs of the collection have to be
    done. Documents go by and by; those that come meanwhile stay.
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        gone = confirmed(
            lambda expected: backend.delete_collection(name, expected),
            expected,
            yes=yes,
            what=f"the collection {name}",
        )
    print_deleted(gone, as_json)


def _print(found: CollectionState) -> None:
    print_pairs(
        [
            ("collection", found.collection),
            ("documents", found.documents),
            ("chunks", found.chunks),
            ("size", size(found.bytes)),
            ("being deleted", found.leaving),
            ("pending jobs", found.pending_jobs),
            ("made", _utc(found.created_at)),
            ("changed", _utc(found.changed_at)),
            *_said(found.options),
        ]
    )


def _utc(at: datetime | None) -> str:
    return f"{moment(at)} UTC" if at else ""


def _said(options: GivenOptions) -> list[tuple[str, object]]:
    told = msgspec.to_builtins(options)
    encode = msgspec.json.encode
    return [(f"options.{name}", encode(value).decode()) for name, value in told.items()]


def _row(each: Collection) -> tuple[object, ...]:
    return each.collection, f"{each.documents:,}", f"{each.chunks:,}", size(each.bytes)
