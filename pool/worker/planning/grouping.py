"""From documents to tasks, by the work that each is expected to be."""

from collections.abc import Sequence

from gristmill.pipeline.containers.containers import PACKED
from gristmill.pipeline.detecting.detect import by_name
from gristmill.schemas.jobs.tasks import Group
from gristmill.schemas.outcomes.results import MEMBER_MARK, PlannedDocument

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
