"""`gristmill search`: find chunks by their words."""

import html
from collections.abc import Iterator, Sequence

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
from gristmill.cli.terminal.counted import print_facets
from gristmill.cli.terminal.hit_fields import chosen_fields, picked, print_fields
from gristmill.cli.terminal.output import is_styled, note, print_json
from gristmill.cli.terminal.phrases import number_of, place
from gristmill.schemas.filters.facets import Facets
from gristmill.schemas.outcomes.documents import SearchAnswer, SearchHit
from gristmill.schemas.printable import clean
from gristmill.schemas.views import SearchView


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@collection_flag
@filter_flag
@click.option(
    "--facets", metavar="FIELDS", help="Count the values of these fields, such as language,uri."
)
@click.option(
    "--fields",
    metavar="FIELDS",
    help="Of each hit only these, such as uri,page,score: as a table, or with --json.",
)
@limit_flag(10)
@click.option("--cursor", metavar="CURSOR", help="Go on after `next` of the page before.")
@json_flag
@server_flag
@settings_flags("data")
def command(
    query: tuple[str, ...],
    collection: str | None,
    where: str | None,
    facets: str | None,
    fields: str | None,
    limit: int,
    cursor: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """Find chunks, the best first. Understands "exact phrases", prefix*, -without and title:word.

    \b
    Examples:
      gristmill search water wheel
      gristmill search '"grain elevator" -steam'
      gristmill search water --filter 'media_type = application/pdf and pages > 10'
      gristmill search water --fields uri,page,score --json
    """
    words, shown = " ".join(query), chosen_fields(fields)
    with open_backend(server, load({"data": data}, config)) as backend:
        found = backend.search(words, collection, limit, where, cursor)
        counted = backend.facets(facets, words, collection, where) if facets else None
    if as_json:
        view = _view(words, found, counted)
        print_json(picked(view, shown) if shown else view)
        return
    print_fields(found.items, shown) if shown else _print_hits(found.items)
    print_facets(counted or {})
    for told in _told(found, cursor):
        note(told)


def _view(query: str, found: SearchAnswer, counted: Facets | None) -> SearchView:
    return SearchView(
        query,
        found.items,
        msgspec.UNSET if counted is None else counted,
        notes=found.notes,
        did_you_mean=found.did_you_mean,
        next=found.next,
        total=found.total,
        total_is_estimate=found.total_is_estimate,
    )


def _told(found: SearchAnswer, cursor: str | None) -> Iterator[str]:
    yield from map(clean, found.notes)
    if not found.items:
        yield "nothing found" if cursor is None else "no more hits"
    if found.next is not None:
        yield f"{_in_all(found)}; more with --cursor {found.next}"
    if found.did_you_mean is not None:
        yield f"did you mean: {clean(found.did_you_mean)}"


def _in_all(found: SearchAnswer) -> str:
    return f"{'about ' if found.total_is_estimate else ''}{number_of(found.total, 'hit')} in all"


def _print_hits(hits: Sequence[SearchHit]) -> None:
    drawn = is_styled()
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
