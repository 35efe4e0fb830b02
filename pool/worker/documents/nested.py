"""Documents inside of documents: what a container holds, and the bytes of its members."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from gristmill.pipeline.containers.containers import ARCHIVES, BY_NAME, CONTAINERS
from gristmill.pipeline.containers.members import members
from gristmill.pipeline.containers.walking import Walk
from gristmill.pipeline.detecting.detect import by_name
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.ids import document_id
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import MEMBER_MARK, Member, PlannedDocument
from gristmill.schemas.problems.errors import DocumentError

_KEPT_BYTES = 64 * 1024 * 1024
_KEPT_TASKS = 16
"""Of containers that others' tasks come between: their memory, and how many such tasks."""


def is_looked_into(document: PlannedDocument, media_type: str) -> bool:
    """Whether a document's own members are still to be found. What is named like a container
    inside of another has been looked into with that one."""
    if media_type not in CONTAINERS:
        return False
    return document.member is None or by_name(document.member) not in BY_NAME


def listing(
    blob: Blob, document: PlannedDocument, limits: Limits, room: int
) -> tuple[tuple[Member, ...], DocumentError | None]:
    """The documents inside of a container, and why there are no more of them if it is broken, too
    large or nested too deeply. None at all where there are more than `room`."""
    found: list[Member] = []
    try:
        if document.member is not None and document.member.count(MEMBER_MARK) >= limits.max_nesting:
            raise DocumentError(
                DocumentCode.TOO_LARGE, f"archives are nested over {limits.max_nesting} deep"
            )
        found.extend(members(blob, limits))
        if len(found) > room:
            message = f"with its {len(found)} files the job would have too many documents"
            found.clear()
            raise DocumentError(DocumentCode.TOO_LARGE, f"{message} (max_documents)")
    except DocumentError as error:
        return tuple(found), error
    return tuple(found), None


def parent_of(document: PlannedDocument, collection: str) -> dict[str, Any]:
    """What a member's metadata say of its container. An archive is no document and has no id."""
    uri = document.uri.rpartition(MEMBER_MARK)[0]
    is_document = by_name(PurePosixPath(uri).name) not in ARCHIVES
    return {"uri": uri, "document_id": document_id(collection, uri) if is_document else None}


class MemberReader:
    """Reads members in one pass over each container, as long as they come in its order.

    A pass goes on with the next task. What is kept for that is little, or is going to be read.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tasks = 0
        self._walks: dict[_Container, _Open] = {}
        """The one that was used last is the last one."""

    def expect(self, job_id: str, documents: Sequence[PlannedDocument]) -> None:
        """These are going to be read by a task, and get budgets of their own."""
        self._tasks += 1
        wanted = {_container(job_id, each) for each in documents if each.member is not None}
        for container in wanted & self._walks.keys():
            if not self._walks[container].walk.go_on():
                del self._walks[container]
        self._let_go(wanted)

    def rest(self) -> None:
        """There is nothing to do: let go of everything."""
        self._walks.clear()

    def read(self, job_id: str, document: PlannedDocument, load: Callable[[], bytes]) -> bytes:
        """The bytes of a member; `load` gives those of its container. Raises DocumentError."""
        assert document.member is not None
        container = _container(job_id, document)
        found = self._walks.pop(container, None)
        if found is None:
            self._let_go(())
            found = _Open(Walk(Blob(load()), self._limits), self._tasks)
        self._walks[container] = found._replace(task=self._tasks)
        try:
            return found.walk.read(document.member)
        except DocumentError:
            raise
        except BaseException:
            # Nobody knows where in the container it was interrupted.
            del self._walks[container]
            raise

    def _let_go(self, wanted: Collection["_Container"]) -> None:
        """Of what is not `wanted`, keep what is small and was used lately: jobs take turns."""
        room = _KEPT_BYTES
        for container, (walk, task) in reversed(list(self._walks.items())):
            if container not in wanted:
                room -= walk.weight
                if room < 0 or self._tasks - task > _KEPT_TASKS:
                    del self._walks[container]


class _Open(NamedTuple):
    walk: Walk
    task: int


class _Container(NamedTuple):
    """`written` tells a file from what takes its place."""

    job_id: str
    source: int
    path: str | None
    written: tuple[int, ...]


def _container(job_id: str, document: PlannedDocument) -> _Container:
    written: tuple[int, ...] = ()
    if document.path is not None:
        with suppress(OSError, ValueError):
            found = Path(document.path).stat()
            written = (found.st_ino, found.st_size, found.st_mtime_ns)
    return _Container(job_id, document.source, document.path, written)
