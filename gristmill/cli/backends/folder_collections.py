"""Collections and documents of the data folder itself, as wholes."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from gristmill.schemas.collections_told import CollectionChange, CollectionChanged, CollectionState
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import parsed
from gristmill.schemas.outcomes.documents import Collection
from gristmill.schemas.problems.errors import InvalidCursor, InvalidRequest
from gristmill.schemas.trash import Restoration, RestoreRequest, TrashView, discarded
from gristmill.schemas.views import PageView
from gristmill.storage.library import Library
from gristmill.storage.library.removal import take_back_some, take_out_some
from gristmill.storage.library.trash_role import TrashChoice
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    from gristmill.pool.catalogue.keeper import CatalogueKeeper
    from gristmill.pool.client import PoolClient


class FolderCollections:
    """A part of `FolderBackend`."""

    _stores: Stores
    _settings: Settings

    @cached_property
    def _library(self) -> Library:
        return self._stores.library(readonly=True)

    @cached_property
    def _client(self) -> "PoolClient":
        from gristmill.pool.client import PoolClient

        return PoolClient(self._stores)

    def collections(self, after: str | None, limit: int) -> PageView[Collection]:
        found = self._library.collections_page(within=None, after=after, limit=limit + 1)
        return PageView(found[:limit], found[limit - 1].collection if len(found) > limit else None)

    def collection(self, name: str) -> CollectionState:
        return self._catalogue.state(name)

    def change_collection(self, name: str, change: Mapping[str, object]) -> CollectionChanged:
        return self._catalogue.change(name, _change(change))

    def delete_collection(self, name: str, expected: int | None) -> int:
        return self._taken_out(self._catalogue.delete(name, expected))

    def delete_documents(self, collection: str | None, where: str, expected: int | None) -> int:
        marked = self._catalogue.delete_documents(collection, parsed(where), expected)
        return self._taken_out(marked)

    def trash(
        self,
        collection: str | None,
        where: str | None,
        mirror: str | None,
        after: str | None,
        limit: int,
    ) -> TrashView:
        if after is not None and not after.isdecimal():
            raise InvalidCursor(f"--after {after!r} is no cursor of this list")
        choice = TrashChoice(collection, parsed(where) if where else None, mirror=mirror)
        key = None if after is None else int(after)
        items, following = self._library.trash_page(choice, after=key, limit=limit)
        return TrashView(
            items, None if following is None else str(following), self._settings.trash_days
        )

    def restore_documents(self, wanted: RestoreRequest) -> Restoration:
        told = self._catalogue.restore_documents(wanted, wanted.collection)
        while not wanted.preview and take_back_some(self._stores):
            continue
        return told

    @cached_property
    def _catalogue(self) -> "CatalogueKeeper":
        from gristmill.pool.catalogue.keeper import CatalogueKeeper

        return CatalogueKeeper(self._stores, self._settings, self._client)

    def _taken_out(self, marked: int) -> int:
        """Take out what is marked, here and now; a service beside us may do the same."""
        while take_out_some(self._stores, discarded(self._settings.trash_days)):
            continue
        return marked


def _change(given: Mapping[str, object]) -> CollectionChange:
    try:
        return msgspec.convert(given, CollectionChange)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the request is not valid: {error}") from None
