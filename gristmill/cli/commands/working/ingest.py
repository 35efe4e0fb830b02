"""`gristmill ingest PATH...`: from files to chunks, watched to the end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from gristmill.cli.configured.chosen_steps import chosen
from gristmill.cli.configured.flags import (
    chunk_flags,
    chunk_options,
    every_flag,
    json_flag,
    pdf_flag,
    server_flag,
    settings_flags,
    step_flag,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.ingesting.choosing import chosen_files, metadata_of
from gristmill.cli.ingesting.ingestion import IngestionRequest, ingest
from gristmill.cli.ingesting.outcome_page import Shown
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.schemas.configuration.settings import Settings
from gristmill.storage.walking.ignoring import Filter

if TYPE_CHECKING:
    from gristmill.cli.ingesting.piped import Piped
    from gristmill.schemas.mirrors import MirrorRequest


@click.command("ingest")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option(
    "--stdin", is_flag=True, help="Read requests from standard input, a JSON object a line."
)
@click.option("--collection", "-c", metavar="NAME", help="[default: default]")
@chunk_flags
@pdf_flag
@step_flag
@click.option(
    "--mirror",
    is_flag=True,
    help="Read what is new in a folder or has changed, move what was moved.",
)
@click.option("--include", multiple=True, metavar="GLOB", help="Of folders, only such files.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Of folders, no such files.")
@click.option("--gitignore", is_flag=True, help="Of folders, nothing that `.gitignore` leaves out.")
@click.option(
    "--metadata", multiple=True, metavar="KEY=VALUE", help="Said of each document; filters find it."
)
@click.option(
    "--delete",
    type=click.Choice(["keep", "remove"]),
    help="With --mirror: what becomes of documents whose file is gone.  [default: keep]",
)
@click.option("--name", metavar="NAME", help="With PATH -, standard input: what it is called.")
@click.option("--no-wait", is_flag=True, help="Submit and do not wait for the end.")
@click.option("--key", metavar="KEY", help="Idempotency key: used again, it names the same job.")
@every_flag
@json_flag
@server_flag
@settings_flags(
    "data",
    "workers",
    "tokenizer_file",
    "embed_models",
    "embed_key_file",
    "url_allow",
    "url_timeout_s",
)
def command(paths: tuple[str, ...], **flags: Any) -> ExitCode:
    """Ingest files, all files below folders, and documents by URL; show what became of them.

    Works on the data folder, with the service that runs on it or one of its own for as long as it
    takes. With --server it uploads the files to that server. Interrupt it and run it again: it
    goes on where it was. Exits 3 when some documents failed; what lies in a folder and is of a
    kind that is not read is skipped, and no failure.

    --include, --exclude and --gitignore choose among the files of folders. What `.gristignore`
    files in them name is always left out; a file that is named here is ingested all the same.

    With --stdin each line is a request as POST /ingest takes it, with its own collection and
    options, and `idempotency_key` where it has one; --json prints a result a line.

    \b
    Examples:
      gristmill ingest notes/ report.pdf --collection handbook --step language --step keywords
      gristmill ingest https://example.org/report.pdf -c handbook
      gristmill ingest src/ --include '*.md' --gitignore --metadata team=mills --metadata year=2026
      gristmill ingest ~/handbook -c handbook --mirror --delete remove
      man gcc | col -b | gristmill ingest - --name gcc.txt
      gristmill ingest --stdin --json < requests.ndjson
    """
    return _ingest(paths, **flags)


def _ingest(
    paths: tuple[str, ...],
    stdin: bool,
    collection: str | None,
    pdf: str | None,
    steps: tuple[str, ...],
    name: str | None,
    no_wait: bool,
    key: str | None,
    every: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: Any,
) -> ExitCode:
    said = flags.pop("metadata")
    wanted = _wanted(flags)
    mirrored = _mirrored(flags, paths, collection)
    options = _options(chosen(steps), pdf, chunk_options(flags))
    settings, shown = load(flags, config), Shown(not no_wait, as_json, every)
    if mirrored is not None:
        others = (stdin, options, key, no_wait, said)
        return _mirror_once(mirrored, settings, as_json, server, *others)
    if stdin:
        _check_alone(paths, collection, options, key, said, wanted)
        return _lines(server, settings, shown)
    read = _piped(paths, name)
    files = () if read is not None else _files(paths, wanted)
    metadata = metadata_of(said)
    request = IngestionRequest(files, collection or "default", key, options, shown, metadata, read)
    return ingest(request, server, settings)


def _piped(paths: tuple[str, ...], name: str | None) -> "Piped | None":
    if "-" not in paths:
        if name is not None:
            raise click.UsageError("--name goes with -, standard input")
        return None
    if len(paths) > 1:
        raise click.UsageError("- is standard input, which is ingested alone")
    from gristmill.cli.ingesting.piped import piped

    return piped(name)


def _wanted(flags: dict[str, Any]) -> Filter | None:
    """What is chosen of folders that are no mirror's; the flags stay where there is one."""
    names = ("include", "exclude", "gitignore")
    if flags["mirror"] or not any(flags[name] for name in names):
        return None
    include, exclude, gitignore = (flags.pop(name) for name in names)
    flags.update(include=(), exclude=(), gitignore=False)
    return Filter(include, exclude, gitignore=gitignore)


def _options(steps: list[object], pdf: str | None, chunks: dict[str, int]) -> dict[str, object]:
    """What was said; all else is the default."""
    return {**({"steps": steps} if steps else {}), **({"pdf": pdf} if pdf else {}), **chunks}


def _lines(server: str | None, settings: Settings, shown: Shown) -> ExitCode:
    from gristmill.cli.ingesting.line_ingestion import ingest_lines

    return ingest_lines(server, settings, shown)


def _check_alone(*given: object) -> None:
    if any(given):
        raise click.UsageError("with --stdin the lines say it all: no PATH, no option of a job")


def _mirrored(
    flags: dict[str, Any], paths: tuple[str, ...], collection: str | None
) -> "MirrorRequest | None":
    """The mirror that is asked for, its flags taken out of a command's keyword arguments."""
    how = {name: flags.pop(name) for name in ("include", "exclude", "gitignore", "delete")}
    said = {name: value for name, value in how.items() if value}
    if not flags.pop("mirror"):
        if said:
            raise click.UsageError("--delete goes with --mirror")
        return None
    if len(paths) != 1:
        raise click.UsageError("--mirror takes one folder")
    from gristmill.cli.ingesting.mirroring import once

    return once(paths[0], collection or "default", **said)


def _mirror_once(
    wanted: "MirrorRequest", settings: Settings, as_json: bool, server: str | None, *others: object
) -> ExitCode:
    _check_no_job(server, *others)
    from gristmill.cli.ingesting.mirroring import mirror_once

    return mirror_once(wanted, settings, as_json=as_json)


def _files(paths: tuple[str, ...], wanted: Filter | None) -> Sequence[str]:
    if not paths:
        raise click.UsageError("Missing argument 'PATH...'.")
    return paths if wanted is None else chosen_files(paths, wanted)


def _check_no_job(server: str | None, *others: object) -> None:
    if server:
        raise click.UsageError(
            "a mirror on a server: `gristmill mirror add NAME PATH --server URL`"
        )
    if any(others):
        raise click.UsageError("with --mirror, the collection's settings say how files are read")
