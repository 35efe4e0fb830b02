"""The role of a library that follows files: documents whose uri is another now, or is none."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from gristmill.schemas.trash import Discarded
from gristmill.storage.library.catalogue_role import Renamed


class Place(NamedTuple):
    """Where a document is in its collection."""

    document_id: str
    uri: str


class Places(Protocol):
    """As with the other roles, every writing method is one durable transaction."""

    def places_below(self, collection: str, prefix: str) -> Iterator[Place]:
        """The documents of a collection whose uri begins with this, in no order, without those
        that are being deleted. It may take a look at each document of the collection."""
        ...

    def move_documents(
        self,
        collection: str,
        moves: Sequence[tuple[str, str]],
        before_commit: Callable[[Iterable[Renamed]], None],
    ) -> list[Renamed]:
        """Documents of a collection get other uris, and the ids that follow from these; returns
        the ids of those that did. One that is not there, is being deleted, or would take another
        one's uri stays as it is. `before_commit` is called with the ids, in the transaction: where
        it raises, nothing changes."""
        ...

    def remove_documents(
        self, document_ids: Sequence[str], trash: Discarded | None = None
    ) -> list[str]:
        """Remove documents as `delete_document` does; returns the ids of those that were there."""
        ...
