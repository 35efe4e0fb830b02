"""From a job's sources to documents, and from documents to tasks."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from gristmill.pipeline.containers.containers import PACKED
from gristmill.pipeline.detecting.detect import by_name
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.results import MEMBER_MARK, PlannedDocument
from gristmill.schemas.sources import InlineText, Located, Spooled, StoredSource
from gristmill.schemas.tasks import Group
from gristmill.storage.folders import matching_files

ON_THE_SPOT = 8
"""A job of up to this many small documents is done with its planning, in one lease."""
_SPOT_COST = 300_000
_DOCUMENT_COST = 1_000
_TEXT_COST = 150
_COSTS = {".pdf": 100, ".html": 300, ".htm": 300}
"""Nanoseconds a byte, where they are far from those of text: means of a corpus of 1,800 files, but
for PDF, which takes 35 there and over 200 where all of it is text."""
_UNKNOWN_BYTES = 50_000
"""For what is attached to a mail, or compressed by itself: nobody says how large it is."""
_MOST_BYTES = 1 << 30
"""An archive may say anything of a member."""
_TASK_COST = 600_000
_TASK_DOCUMENTS = 256
_LEAST_COST, _FINEST_COST = 60_000, 10_000
"""A task costs about 2,000 by itself: its lease, and a commit of its own. So none has less to do
than the first, or, where that would leave workers without any, the second: steps and formats of
others may take far longer than expected."""
_SHARES_PER_WORKER = 4
"""A task takes this share of a worker's part of what is left."""
_LEAST_PARTS = 2
_DEAR_PARTS = 16
"""A document that is this part of a worker's whole work, or more, goes alone and early."""


def expand(sources: Sequence[StoredSource]) -> Iterator[PlannedDocument]:
    """The documents of all sources, in order; ordinals count from 0.

    A link below a folder that leads outside its root is a document that failed, not a silent
    gap. A document named by two sources is planned once.
    """
    seen: set[str] = set()
    ordinal = 0
    for index, source in enumerate(sources):
        for planned in _documents(source, index):
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
        case Located():
            path = Path(source.path)
            # Not by pathlib: it raises where a folder on the way may not be entered.
            if not os.path.isdir(path):  # noqa: PTH112
                yield _file(path, Path(source.root), index)
                return
            for found in matching_files(path, source.glob):
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
        real = file.resolve()
        size = real.stat().st_size
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a loop, before Python 3.13
        return _unread(str(file), index, f"cannot read: {error}")
    if root != real and root not in real.parents:
        return PlannedDocument(
            0,
            str(file),
            index,
            code=DocumentCode.UNSUPPORTED,
            message="a link that leads outside the allowed root",
        )
    return PlannedDocument(0, str(file), index, path=str(file), size=size)


def _unread(path: str, index: int, message: str) -> PlannedDocument:
    return PlannedDocument(0, path, index, code=DocumentCode.FETCH_ERROR, message=message)


def fits_on_the_spot(sources: Sequence[StoredSource]) -> bool:
    """Whether doing a job together with its planning beats a round trip for its tasks.

    Only where source and document are one and the same: a second look into a folder may find
    other files, and ordinals must not move.
    """
    if len(sources) > ON_THE_SPOT or any(isinstance(s, Located) for s in sources):
        return False
    documents = (document for i, s in enumerate(sources) for document in _documents(s, i))
    return sum(cost(document) for document in documents) <= _SPOT_COST


def cost(document: PlannedDocument) -> int:
    """Expected work, in microseconds. The figures are measured ones; only the grouping depends on
    them."""
    # Not by pathlib, which takes six times as long: a job may have a million documents.
    suffix = document.uri[document.uri.rfind(".") :].lower()
    size = _UNKNOWN_BYTES if document.size is None else min(document.size, _MOST_BYTES)
    return _DOCUMENT_COST + size * _COSTS.get(suffix, _TEXT_COST) // 1000


def group(documents: Sequence[PlannedDocument], workers: int) -> tuple[Group, ...]:
    """Group pending documents, sorted by ordinal, into tasks, in the order to hand them out.

    First the documents that are much work by themselves, the dearest in front, each a task of its
    own; then tasks that take a share of what is left, so that they shrink towards the end. Both
    let all workers end together, where the last big task would keep one busy alone. A document
    that has cost a worker is a task of its own, too, and cannot take neighbours with it.
    """
    left = sum(map(cost, documents))
    least = min(_LEAST_COST, max(_FINEST_COST, left / (workers * _LEAST_PARTS)))
    dear = max(least, left / (workers * _DEAR_PARTS))
    alone: list[PlannedDocument] = []
    groups: list[Group] = []
    members: list[PlannedDocument] = []
    sum_ = 0

    def close() -> None:
        nonlocal sum_, left
        if members:
            groups.append(Group(members[0].ordinal, members[-1].ordinal + 1, cost=sum_))
            members.clear()
            left -= sum_
            sum_ = 0

    for document in documents:
        if document.attempts or cost(document) >= dear:
            close()
            alone.append(document)
            left -= cost(document)
            continue
        members.append(document)
        sum_ += cost(document)
        share = left / (workers * _SHARES_PER_WORKER)
        if sum_ >= min(_TASK_COST, max(least, share)) or len(members) >= _TASK_DOCUMENTS:
            close()
    close()
    return (*(Group(each.ordinal, each.ordinal + 1) for each in _dearest_first(alone)), *groups)


def _dearest_first(documents: Sequence[PlannedDocument]) -> list[PlannedDocument]:
    """Those out of one compressed archive follow the dearest of them in its order: in any other,
    each would cost a pass over the archive, which may be more than it costs by itself."""
    turns: dict[tuple[object, ...], list[PlannedDocument]] = {}
    for document in sorted(documents, key=cost, reverse=True):
        is_packed = any(by_name(each) in PACKED for each in document.uri.split(MEMBER_MARK)[:-1])
        key = (document.source, document.path) if is_packed else (document.ordinal,)
        turns.setdefault(key, []).append(document)
    return [each for turn in turns.values() for each in sorted(turn, key=lambda d: d.ordinal)]
