"""The fourth role of a library: what it knows of collections as things."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from gristmill.schemas.collections_told import CollectionState
from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.outcomes.documents import Outdated
from gristmill.schemas.trash import Discarded
from gristmill.storage.library.roles import Within


class Renamed(NamedTuple):
    """A document whose collection has another name: its ids, and the SHA-256 of its bytes."""

    old: str
    new: str
    sha256: str


class Catalogue(Protocol):
    """Collections: which there are, what their jobs inherit, and how they end. As with the other
    roles, every writing method is one durable transaction."""

    def collection_exists(self, collection: str) -> bool:
        """Whether it has documents, settings, or a job in the index that is not done."""
        ...

    def collection_names(self, *, within: Within, limit: int) -> list[str]:
        """Up to `limit` names of collections that exist, in order."""
        ...

    def collection_state(self, collection: str) -> CollectionState | None:
        """All that is known of a collection; None where it does not exist."""
        ...

    def collection_options(self, collection: str) -> GivenOptions:
        """What the jobs of a collection inherit."""
        ...

    def set_collection(
        self, collection: str, options: GivenOptions, *, replace: bool = True
    ) -> None:
        """Set what the jobs of a collection inherit; it exists from then on. With `replace` off,
        what was set before stays."""
        ...

    def rename_collection(
        self, collection: str, new: str, before_commit: Callable[[Iterable[Renamed]], None]
    ) -> int:
        """Give a collection another name; returns its number of documents, whose ids change.
        `before_commit` is called with those ids, in the transaction: where it raises, nothing
        changes. Raises CollectionExists."""
        ...

    def count_documents(self, *, collection: Within, where: Filter | None = None) -> int:
        """How many documents pass a filter, without those that are being deleted."""
        ...

    def delete_documents(
        self, *, collection: Within, expected: int | None, where: Filter | None = None
    ) -> int:
        """Mark documents, for `take_out_deleted` to take out; returns how many. Raises
        ConfirmationNeeded, and nothing is marked, where they are some and not `expected` many."""
        ...

    def delete_collection(self, collection: str, *, expected: int | None) -> int:
        """The same with all documents of a collection, whose settings are forgotten at once."""
        ...

    def outdated(self, collection: str, pipeline: str) -> Iterator[Outdated]:
        """The documents of a collection that another pipeline has made, without those that are
        being deleted."""
        ...

    def jobs_of_documents(self, collection: str) -> list[str]:
        """The jobs that have brought the documents of a collection."""
        ...

    def has_deleted(self) -> bool:
        """Whether marked documents are left."""
        ...

    def take_out_deleted(self, *, most: int, trash: Discarded | None = None) -> list[str]:
        """Take out marked documents with about `most` chunks; returns their ids, none where
        nothing is left."""
        ...
