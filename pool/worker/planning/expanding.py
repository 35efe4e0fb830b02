"""From a job's sources to documents."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from gristmill.pool.worker.planning.grouping import cost
from gristmill.schemas.jobs.sources import (
    Held,
    InlineText,
    Linked,
    Located,
    Refreshed,
    Spooled,
    StoredSource,
)
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.storage.walking.beneath import Descent, way_below
from gristmill.storage.walking.folders import matching_files

ON_THE_SPOT = 8
"""A job of up to this many small documents is done with its planning, in one lease."""
_SPOT_COST = 300_000


def expand(sources: Sequence[StoredSource]) -> Iterator[PlannedDocument]:
    """The documents of all sources, in order; ordinals count from 0. Those that the
    library has already are planned elsewhere (`refreshing`).

    A link below a folder that leads outside its root is a document that failed, not a silent
    gap. A document named by two sources is planned once.
    """
    found = (each for index, source in enumerate(sources) for each in _documents(source, index))
    return each_once(found)


def each_once(found: Iterable[PlannedDocument]) -> Iterator[PlannedDocument]:
    """Documents with ordinals from 0; of those with one path, the first."""
    seen: set[str] = set()
    ordinal = 0
    for planned in found:
        if planned.path is not None and planned.path in seen:
            continue
        seen.add(planned.path or "")
        yield msgspec.structs.replace(planned, ordinal=ordinal)
        ordinal += 1


def _documents(source: StoredSource, index: int) -> Iterator[PlannedDocument]:
    match source:
        case InlineText(uri, text):
            yield PlannedDocument(0, uri, index, size=len(text or ""))
        case Spooled():
            yield PlannedDocument(0, source.uri, index, size=source.bytes)
        case Linked(uri):
            yield PlannedDocument(0, uri, index)
        case Refreshed() | Held():
            return
        case Located():
            path = Path(source.path)
            # Not by pathlib: it raises where a folder on the way may not be entered.
            if not os.path.isdir(path):  # noqa: PTH112
                yield _file(path, Path(source.root), index)
                return
            for found in matching_files(path, source.glob, source.root):
                if found.trouble is not None:
                    message = f"cannot read the folder: {found.trouble}"
                    yield _unread(found.path, index, message)
                elif found.size is None:
                    yield _file(Path(found.path), Path(source.root), index)
                else:
                    # The folder is inside of its root, and no link was followed on the way.
                    yield PlannedDocument(0, found.path, index, path=found.path, size=found.size)


def _file(file: Path, root: Path, index: int) -> PlannedDocument:
    try:
        way = way_below(str(root), os.path.realpath(file))
        if way is None:
            return PlannedDocument(
                0,
                str(file),
                index,
                code=DocumentCode.UNSUPPORTED,
                message="a link that leads outside the allowed root",
            )
        with Descent(str(root)) as descent:
            size = descent.size(way)
    except OSError as error:
        return _unread(str(file), index, f"cannot read: {error.strerror or error}")
    return PlannedDocument(0, str(file), index, path=str(file), size=size)


def _unread(path: str, index: int, message: str) -> PlannedDocument:
    return PlannedDocument(0, path, index, code=DocumentCode.FETCH_ERROR, message=message)


def fits_on_the_spot(sources: Sequence[StoredSource]) -> bool:
    """Whether doing a job together with its planning beats a round trip for its tasks.

    Only where source and document are one and the same: a second look into a folder may find
    other files, and ordinals must not move. Nor where one is fetched, which may have to be done
    again.
    """
    if len(sources) > ON_THE_SPOT or any(
        isinstance(s, Located | Linked | Refreshed | Held) for s in sources
    ):
        return False
    documents = (document for i, s in enumerate(sources) for document in _documents(s, i))
    return sum(cost(document) for document in documents) <= _SPOT_COST
