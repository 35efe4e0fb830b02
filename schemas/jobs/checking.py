"""Tasks as programs give them, each argument looked at."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gristmill.schemas.jobs.options import GivenOptions, Options
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import Source, TextSource
from gristmill.schemas.problems.errors import InvalidRequest

_EXAMPLE = "PathSource(path='docs') or TextSource(text='...')"


def checked_task(task: object) -> IngestionTask:
    """A task, or a mapping of its fields, as a task whose every argument is of its kind. Sources
    and options may be mappings, paths `os.PathLike`. Raises InvalidRequest, which names what is
    wrong. Whether there is a source at all is not asked here."""
    if isinstance(task, IngestionTask):
        given = msgspec.structs.asdict(task)
    elif isinstance(task, Mapping):
        given = {name: value for name, value in task.items() if name != "idempotency_key"}
    else:
        raise InvalidRequest(f"a task is an IngestionTask or a mapping of its fields, not {task!r}")
    sources = _sources(given.get("sources", []))
    options = _options(given.get("options", GivenOptions()))
    # Neither an empty list nor whole options are of their field's kind; both have been looked at.
    found = _converted(
        {**given, "sources": [TextSource("")], "options": GivenOptions()}, IngestionTask, ""
    )
    checked: IngestionTask = msgspec.structs.replace(found, sources=sources, options=options)
    return checked


def _sources(given: object) -> list[Source]:
    if isinstance(given, str | bytes | os.PathLike) or not isinstance(given, Sequence):
        raise InvalidRequest(f"sources is a list, such as [{_EXAMPLE}], not {given!r}")
    return [_source(place, each) for place, each in enumerate(given)]


def _source(place: int, given: object) -> Source:
    if not isinstance(given, msgspec.Struct | Mapping):
        raise InvalidRequest(f"sources[{place}] is {given!r}, which is no source: say {_EXAMPLE}")
    found: Source = _converted(given, Source, f"sources[{place}]")
    return found


def _options(given: object) -> GivenOptions | Options:
    if not isinstance(given, GivenOptions | Options | Mapping):
        raise InvalidRequest(
            f"options are Options or a mapping such as {{'pdf': 'text'}}, not {given!r}"
        )
    if isinstance(given, Mapping):
        found: GivenOptions = _converted(given, GivenOptions, "options")
        return found
    # Of whole options nothing is left out, whatever their defaults are.
    said = {
        name: value
        for name, value in msgspec.structs.asdict(given).items()
        if value is not msgspec.UNSET
    }
    checked: GivenOptions | Options = _converted(said, type(given), "options")
    return checked


def _converted(given: object, kind: Any, where: str) -> Any:
    try:
        return msgspec.convert(msgspec.to_builtins(given, enc_hook=_path), kind)
    except (msgspec.ValidationError, TypeError, ValueError, RecursionError) as error:
        raise InvalidRequest(
            f"the task is not valid: {where + ': ' if where else ''}{error}"
        ) from None


def _path(value: object) -> str:
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    raise TypeError(f"{value!r} is no JSON")
