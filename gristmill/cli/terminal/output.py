"""What commands print: JSON for programs, tables for people, lines of tabs for pipes."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from gristmill.cli.terminal.drawn_table import draw
from gristmill.cli.terminal.streams import drop_output
from gristmill.schemas.printable import clean, escaped_json

if TYPE_CHECKING:
    from gristmill.schemas.views import JobView, PageView

_T = TypeVar("_T")


def is_styled() -> bool:
    """Whether standard output is a terminal that shows bold letters, and nobody said NO_COLOR
    (https://no-color.org). Tables keep to it by themselves."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def say(text: str) -> None:
    """Print a line for people."""
    click.echo(clean(text))


def note(text: str) -> None:
    """Say something to the person in front, on stderr."""
    click.echo(clean(text), err=True)


def announce(text: str) -> None:
    """Say on stdout that a service is ready. It serves on, whoever listens."""
    try:
        click.echo(text)
    except OSError:
        drop_output()


def print_json(value: Any) -> None:
    """Print one value as indented JSON."""
    print_encoded(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2))


def print_encoded(data: bytes) -> None:
    """Print what is JSON already. It means the same when it is read, and steers no terminal."""
    click.echo(escaped_json(data.decode()))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print rows: a drawn table on a terminal, else a header line and lines with tabs."""
    cells = [[clean(value) for value in row] for row in rows]
    if sys.stdout.isatty():
        draw(columns, cells, title)
        return
    for line in ([name.upper() for name in columns], *cells):
        click.echo("\t".join(line))


def print_page(
    page: "PageView[_T]",
    as_json: bool,
    columns: Sequence[str],
    row: Callable[[_T], Sequence[object]],
) -> None:
    """Print one page of a list, and how to see the next one."""
    if as_json:
        print_json(page)
        return
    print_table(columns, map(row, page.items))
    if page.next:
        note(f"more with --after {page.next}")


def print_state(job: "JobView", as_json: bool) -> None:
    """Print what a job has become."""
    if as_json:
        print_json(job)
    else:
        say(f"job {job.job_id}: {job.state}")


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Print names and values, those without a value left out."""
    rows = [(name, clean(value)) for name, value in pairs if value not in (None, "", (), [], {})]
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        click.echo(f"{name:<{width}}  {value}")
