"""Some fields of hits, where `--fields` says which."""

from collections.abc import Sequence
from typing import Any

import msgspec

from gristmill.cli.terminal.output import print_table
from gristmill.schemas.outcomes.documents import SearchHit


def chosen_fields(given: str | None) -> tuple[str, ...] | None:
    """The fields, `chunk_id` always among them, as over HTTP; None for all of them. Raises
    InvalidRequest for one that no hit has."""
    if not given:
        return None
    from gristmill.server.messages.kinds import FieldNames

    named = FieldNames(SearchHit.__struct_fields__).read("--fields", given) or ()
    return tuple(
        name for name in SearchHit.__struct_fields__ if name == "chunk_id" or name in named
    )


def picked(view: Any, fields: Sequence[str]) -> dict[str, Any]:
    """The view of a search, its hits with these fields alone."""
    told: dict[str, Any] = msgspec.to_builtins(view)
    return {**told, "items": [{name: hit[name] for name in fields} for hit in told["items"]]}


def print_fields(hits: Sequence[SearchHit], fields: Sequence[str]) -> None:
    """A table with a column for each field."""
    print_table(fields, [[_cell(getattr(hit, name)) for name in fields] for hit in hits])


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.3g}"
    return msgspec.json.encode(value).decode() if isinstance(value, tuple) else value
