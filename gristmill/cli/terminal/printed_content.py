"""A whole document on stdout."""

import sys

import click

from gristmill.cli.terminal.output import print_encoded
from gristmill.schemas.printable import clean
from gristmill.schemas.rendering.forms import ContentForm, TableForm


def print_content(data: bytes, form: ContentForm | TableForm) -> None:
    """The very bytes into a pipe or file; on a terminal, so that nothing in them steers it."""
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    elif form in (ContentForm.JSON, TableForm.JSON):
        print_encoded(data)
    else:
        for line in data.decode().splitlines():
            click.echo(clean(line))
