"""What a program may ask of collections, and of single chunks."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gristmill.pool.catalogue.keeper import CatalogueKeeper
from gristmill.pool.catalogue.refreshing import Refresher
from gristmill.pool.client import PoolClient
from gristmill.schemas.collections_told import CollectionChange, CollectionChanged, CollectionState
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import parsed
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.outcomes.documents import Collection
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.views import ChunkView
from gristmill.storage.stores import Stores

_MOST = 1000


class CatalogueFace:
    """A part of `IngestionWorker`."""

    stores: Stores
    settings: Settings
    client: PoolClient
    _refresher: Refresher

    def collections(self, *, after: str | None = None, limit: int = _MOST) -> list[Collection]:
        """Up to `limit` collections that hold documents or have settings, by name, with names
        beyond `after`."""
        with self.stores.library(readonly=True) as library:
            return library.collections_page(within=None, after=after, limit=limit)

    def collection(self, name: str) -> CollectionState:
        """What a collection holds and is set to. Raises UnknownCollection."""
        return self._catalogue().state(name)

    def set_collection(self, name: str, options: Mapping[str, Any]) -> CollectionChanged:
        """Set what jobs of a collection inherit, as `options` of a job have it (docs/http.md); it
        exists from then on. Raises InvalidRequest, UnknownStep, StepUnavailable,
        TokenizerUnavailable."""
        return self._catalogue().change(name, CollectionChange(options=_options(options)))

    def rename_collection(self, name: str, new: str) -> CollectionChanged:
        """Give a collection another name; its documents get other ids. Raises UnknownCollection,
        CollectionExists, CollectionBusy."""
        return self._catalogue().change(name, CollectionChange(name=new))

    def refresh(self, collection: str, *, trusted: bool = True) -> Manifest:
        """Read again what other settings or versions have made of a collection, as a job. Paths
        are trusted by default: the caller could read them itself. Raises UnknownCollection and
        what `enqueue` does."""
        return self._refresher(collection, trusted=trusted).manifest

    def delete_collection(self, name: str, *, documents: int | None = None) -> int:
        """Delete a collection, which has so many `documents`; returns how many. They go while the
        supervisor works. Raises UnknownCollection, CollectionBusy, and ConfirmationNeeded where
        it has another number of them."""
        return self._catalogue().delete(name, documents)

    def delete_documents(
        self,
        filter: str,  # noqa: A002
        *,
        collection: str | None = None,
        documents: int | None = None,
    ) -> int:
        """Delete the documents that pass a filter, of which there are so many; returns how many.
        Raises InvalidFilter, UnknownCollection, ConfirmationNeeded."""
        return self._catalogue().delete_documents(collection, parsed(filter), documents)

    def chunk(self, chunk_id: str, *, context: int = 0) -> ChunkView:
        """A chunk by its id, with so many before and after it. Raises DocumentNotFound,
        ChunkNotFound."""
        from gristmill.storage.library.single_chunk import chunk_of

        with self.stores.library(readonly=True) as library:
            return chunk_of(library, chunk_id, context)

    def _catalogue(self) -> CatalogueKeeper:
        return CatalogueKeeper(self.stores, self.settings, self.client)


def _options(given: Mapping[str, Any]) -> GivenOptions:
    try:
        return msgspec.convert(given, GivenOptions)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the options are wrong: {error}") from None
