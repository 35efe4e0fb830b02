"""From a job's sources to documents, and from documents to tasks."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.results import PlannedDocument
from gristmill.schemas.sources import InlineText, Located, Spooled, StoredSource
from gristmill.schemas.tasks import Group
from gristmill.storage.folders import matching_files

ON_THE_SPOT = 8
"""A job of up to this many small documents is done with its planning, in one lease."""
_SPOT_COST = 2_000_000
_DOCUMENT_COST = 20_000
_WEIGHTS = {".pdf": 8, ".html": 20, ".htm": 20}
_TASK_COST = 8_000_000
_TASK_DOCUMENTS = 256
_TASKS_PER_WORKER = 8


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
            yield PlannedDocument(
                ordinal,
                planned.uri,
                index,
                planned.path,
                planned.size,
                code=planned.code,
                message=planned.message,
            )
            ordinal += 1


def _documents(source: StoredSource, index: int) -> Iterator[PlannedDocument]:
    match source:
        case InlineText(uri, text):
            yield PlannedDocument(0, uri, index, size=len(text or ""))
        case Spooled():
            yield PlannedDocument(0, source.uri, index, size=source.bytes)
        case Located():
            path = Path(source.path)
            files = matching_files(path, source.glob) if path.is_dir() else iter([path])
            for file in files:
                yield _file(file, Path(source.root), index)


def _file(file: Path, root: Path, index: int) -> PlannedDocument:
    try:
        real = file.resolve()
        size = real.stat().st_size
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a loop, before Python 3.13
        return PlannedDocument(
            0, str(file), index, code=DocumentCode.FETCH_ERROR, message=f"cannot read: {error}"
        )
    if root != real and root not in real.parents:
        return PlannedDocument(
            0,
            str(file),
            index,
            code=DocumentCode.UNSUPPORTED,
            message="a link that leads outside the allowed root",
        )
    return PlannedDocument(0, str(file), index, str(file), size)


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
    """Expected work, in bytes of plain text. The weights are measured ratios of parsing speed;
    only the grouping depends on them."""
    suffix = PurePath(document.uri).suffix.lower()
    return _DOCUMENT_COST + (document.size or 0) * _WEIGHTS.get(suffix, 1)


def group(documents: Sequence[PlannedDocument], workers: int) -> tuple[Group, ...]:
    """Group pending documents, sorted by ordinal, into tasks of about equal cost.

    Small enough that every worker gets several (so that all end together) and that progress is
    seen; large enough that a round trip is small beside them. A document that has cost a worker
    is a task of its own and cannot take neighbours with it.
    """
    total = sum(map(cost, documents))
    target = min(_TASK_COST, total / max(1, workers * _TASKS_PER_WORKER))
    groups: list[Group] = []
    members: list[PlannedDocument] = []
    sum_ = 0

    def close() -> None:
        nonlocal sum_
        if members:
            groups.append(Group(members[0].ordinal, members[-1].ordinal + 1))
            members.clear()
            sum_ = 0

    for document in documents:
        if document.attempts:
            close()
        members.append(document)
        sum_ += cost(document)
        if document.attempts or sum_ >= target or len(members) >= _TASK_DOCUMENTS:
            close()
    close()
    return tuple(groups)
