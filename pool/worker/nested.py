"""Documents inside of documents: what a container holds, and the bytes of its members."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from gristmill.pool.pipeline.containers import ARCHIVES, CONTAINERS
from gristmill.pool.pipeline.detect import by_name
from gristmill.pool.pipeline.members import members, open_member, open_members
from gristmill.pool.pipeline.shapes import Blob, Limits
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError
from gristmill.schemas.ids import document_id
from gristmill.schemas.results import MEMBER_MARK, Member, PlannedDocument


def is_looked_into(document: PlannedDocument, media_type: str) -> bool:
    """Whether a document's own members are still to be found. What is named like a container
    inside of another has been looked into with that one."""
    if media_type not in CONTAINERS:
        return False
    return document.member is None or by_name(document.member) not in CONTAINERS


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
    """Reads members in one pass over each container, as long as they come in its order."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._wanted: dict[tuple[int, str | None], list[str]] = {}
        self._open: tuple[int, str | None] | None = None
        self._found: Iterator[tuple[str, bytes | DocumentError]] = iter(())

    def expect(self, documents: Sequence[PlannedDocument]) -> None:
        """These are going to be read; whatever was expected before is forgotten."""
        self._wanted.clear()
        self._close()
        for document in documents:
            if document.member is not None:
                self._wanted.setdefault(_container(document), []).append(document.member)

    def read(self, document: PlannedDocument, load: Callable[[], bytes]) -> bytes:
        """The bytes of a member; `load` gives those of its container. Raises DocumentError."""
        assert document.member is not None
        if self._open != _container(document):
            wanted = self._wanted.get(_container(document), [document.member])
            self._found = open_members(load(), wanted, self._limits)
            self._open = _container(document)
        for path, found in self._found:
            if path == document.member:
                if isinstance(found, DocumentError):
                    raise found
                return found
        # It came out of order: the pass has gone by.
        self._close()
        return open_member(load(), document.member, self._limits)

    def _close(self) -> None:
        """Let go of the container's bytes."""
        self._open, self._found = None, iter(())


def _container(document: PlannedDocument) -> tuple[int, str | None]:
    return document.source, document.path
