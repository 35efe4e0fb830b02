"""What a filter on jobs looks at."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from gristmill.schemas.filters.holding import Said, fields_of
from gristmill.schemas.filters.tree import And, Comparison, Field, Filter, Operator
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Located, Refreshed

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_INDEXED = frozenset({"state", "collection", "job_id", "submitted_at", "finished_at"})


class Narrowed(NamedTuple):
    """Where to look for what passes a filter; None is anywhere. `first` and `end` are moments of
    submission in microseconds since the epoch: `first <= moment < end`."""

    states: frozenset[str] | None = None
    job_ids: frozenset[str] | None = None
    collections: frozenset[str] | None = None
    first: int | None = None
    end: int | None = None


def said_of(manifest: Manifest) -> Said:
    """What a job has for each field."""

    def said(field: Field) -> Sequence[object]:
        if field.path:
            return _said_at(manifest.metadata, field.path)
        value = _value(manifest, field.name)
        return () if value is None else (value,)

    return said


def is_indexed(tree: Filter) -> bool:
    """Whether a filter asks for nothing but what the job index knows."""
    return all(field.name in _INDEXED for field in fields_of(tree))


def narrowed(tree: Filter | None) -> Narrowed:
    """What each of the tests that have to hold together says of where to look."""
    found = Narrowed()
    for part in _together(tree):
        if not isinstance(part, Comparison):
            continue
        equal = part.operator is Operator.EQUAL
        names = frozenset(value.text for value in part.values)
        if part.field.name == "state" and equal:
            found = found._replace(states=_both(found.states, names))
        elif part.field.name == "collection" and equal:
            found = found._replace(collections=_both(found.collections, names))
        elif part.field.name == "job_id" and equal:
            found = found._replace(job_ids=names)
        elif part.field.name == "submitted_at" and len(part.values) == 1:
            found = _since_and_until(found, part)
    return found


def name_of(manifest: Manifest) -> str | None:
    """What a job is called: the name of its first source."""
    if not manifest.sources:
        return None
    first = manifest.sources[0]
    if isinstance(first, Refreshed):
        return first.collection
    return first.path if isinstance(first, Located) else first.uri


def micros(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return (moment - _EPOCH) // _MICROSECOND


def _value(manifest: Manifest, name: str) -> object:
    match name:
        case "key":
            return manifest.submitted_by
        case "name":
            return name_of(manifest)
        case "code":
            return None if manifest.error is None else manifest.error.code
        case "sources":
            return len(manifest.sources)
        case "documents":
            return manifest.counts.total
        case "failed" | "warnings":
            return getattr(manifest.counts, name)
    value = getattr(manifest, name)
    return micros(value) if isinstance(value, datetime) else value


def _said_at(metadata: object, path: Sequence[str]) -> Sequence[object]:
    for name in path:
        metadata = metadata.get(name) if isinstance(metadata, dict) else None
    values = metadata if isinstance(metadata, list) else [metadata]
    return [value for value in values if value is not None]


def _together(tree: Filter | None) -> Iterator[Filter]:
    if isinstance(tree, And):
        for part in tree.of:
            yield from _together(part)
    elif tree is not None:
        yield tree


def _both(a: frozenset[str] | None, b: frozenset[str]) -> frozenset[str]:
    return b if a is None else a & b


def _since_and_until(found: Narrowed, part: Comparison) -> Narrowed:
    period = part.values[0].period
    if period is None:
        return found
    first = {Operator.MORE: period.end, Operator.LESS: None, Operator.AT_MOST: None}.get(
        part.operator, period.first
    )
    end = {Operator.LESS: period.first, Operator.MORE: None, Operator.AT_LEAST: None}.get(
        part.operator, period.end
    )
    since = found.first if first is None else max(first, found.first or 0)
    until = found.end if end is None else min(end, end if found.end is None else found.end)
    return found._replace(first=since, end=until)
