"""Asks before much is deleted."""

import sys
from collections.abc import Callable

import click

from gristmill.cli.terminal.output import print_json, say
from gristmill.cli.terminal.phrases import number_of
from gristmill.schemas.printable import clean
from gristmill.schemas.problems.collection_errors import ConfirmationNeeded
from gristmill.schemas.problems.errors import InvalidRequest


def print_deleted(documents: int, as_json: bool) -> None:
    """How many documents are going."""
    if as_json:
        print_json({"documents": documents})
    else:
        say(f"deleted {number_of(documents, 'document')}")


def confirmed(
    delete: Callable[[int | None], int], expected: int | None, *, yes: bool, what: str
) -> int:
    """What `delete` returns, called with the number of documents that were agreed to: what the
    command line says, or what the person in front does once they know how many there are. Raises
    InvalidRequest where nobody can be asked or they say no."""
    try:
        return delete(expected)
    except ConfirmationNeeded as needed:
        documents = int(str(needed.extra["documents"]))
        if expected is not None:
            raise InvalidRequest(
                f"{what} has {number_of(documents, 'document')}, not {expected}; nothing is deleted"
            ) from None
    if not yes:
        count = number_of(documents, "document")
        if not sys.stdin.isatty():
            raise InvalidRequest(
                f"this deletes {count} of {what}; say --if-documents {documents}, or --yes"
            )
        if not click.confirm(clean(f"Delete {count} of {what}?"), err=True):
            raise InvalidRequest("nothing is deleted")
    return delete(documents)
