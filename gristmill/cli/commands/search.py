"""`gristmill search`: find chunks by their words, and by what they mean."""

import html
import sys
from collections.abc import Sequence

import click
import msgspec

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import (
    collection_flag,
    filter_flag,
    json_flag,
    limit_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import note, print_json
from gristmill.cli.terminal.phrases import place
from gristmill.schemas.outcomes.documents import SearchAnswer, SearchHit
from gristmill.schemas.printable import clean
from gristmill.schemas.vector_search import SearchMode
from gristmill.schemas.views import SearchView


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@collection_flag
@filter_flag
@click.option(
    "--mode",
    type=click.Choice(list(SearchMode), case_sensitive=False),
    help="By words, by meaning, or by both.  [default: both, where there are vectors]",
)
@limit_flag(10)
@json_flag
@server_flag
@settings_flags("data", "embed_models", "embed_key_file")
def command(
    query: tuple[str, ...],
    collection: str | None,
    where: str | None,
    mode: str | None,
    limit: int,
    as_json: bool,
    server: str | None,
    config: str | None,
    **flags: object,
) -> None:
    """Find chunks, the best first. Understands "exact phrases", prefix*, -without and title:word.

    \b
    Examples:
      gristmill search water wheel
      gristmill search '"grain elevator" -steam'
      gristmill search water --filter 'media_type = application/pdf and pages > 10'
    """
    words = " ".join(query)
    wanted = None if mode is None else SearchMode(mode)
    with open_backend(server, load(flags, config)) as backend:
        found = backend.search(words, collection, limit, where, wanted)
    if as_json:
        view = SearchView(words, found.items)
        said = {"notes": found.notes, "did_you_mean": found.did_you_mean, "mode": found.mode}
        print_json(msgspec.structs.replace(view, **said))
    else:
        _print_found(found)


def _print_found(found: SearchAnswer) -> None:
    _print_hits(found.items)
    for said in found.notes:
        note(clean(said))
    if not found.items:
        note("nothing found")
    if found.did_you_mean is not None:
        note(f"did you mean: {clean(found.did_you_mean)}")


def _print_hits(hits: Sequence[SearchHit]) -> None:
    drawn = sys.stdout.isatty()
    for number, hit in enumerate(hits, 1):
        where = clean(" · ".join(filter(None, (hit.uri, place(hit.headings, hit.page)))))
        title = clean(hit.title or hit.uri)
        click.echo(f"{number}. {click.style(title, bold=True) if drawn else title}")
        click.echo(f"   {where}")
        click.echo(f"   {_snippet(hit.snippet, drawn)}\n")


def _snippet(text: str, drawn: bool) -> str:
    """A snippet is HTML with its hits marked: here they are bold, or in stars when piped."""
    on, off = ("\x1b[1m", "\x1b[22m") if drawn else ("*", "*")
    parts = text.replace("</mark>", "<mark>").split("<mark>")
    cleaned = [clean(html.unescape(part)) for part in parts]
    return "".join(part if at % 2 == 0 else on + part + off for at, part in enumerate(cleaned))
