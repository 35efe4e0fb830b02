"""Changes of a collection as a whole: what is looked at before, and what follows from each."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import UNSET

from gristmill.pool.catalogue.known import expect_idle, expect_known, expect_known_in
from gristmill.pool.client import PoolClient
from gristmill.pool.intake.inherited import REMEMBERED_S
from gristmill.pool.intake.step_checks import check_steps
from gristmill.pool.intake.tokenizer_checks import check_tokenizer
from gristmill.pool.mirrors.keeper import MirrorKeeper
from gristmill.schemas.collections_told import CollectionChange, CollectionChanged, CollectionState
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import parsed
from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.request import Collection
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.trash import Restoration, RestoreRequest
from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    from gristmill.storage.library import Library
    from gristmill.storage.library.roles import Within

_Done = TypeVar("_Done")


class CatalogueKeeper:
    """For whoever may change collections: it asks nobody for a key. Thread-safe."""

    def __init__(self, stores: Stores, settings: Settings, client: PoolClient) -> None:
        self._stores, self._settings, self._client = stores, settings, client
        self._mirrors = MirrorKeeper(stores, settings)

    def state(self, collection: str, within: tuple[str, ...] | None = None) -> CollectionState:
        """All that is known of a collection. Raises UnknownCollection, which names none but those
        of `within`."""
        with self._stores.library(readonly=True) as library:
            expect_known(library, self._client, collection, within)
            found = library.collection_state(collection)
        return found or CollectionState(collection, 0, 0, 0, GivenOptions())

    def change(self, collection: str, change: CollectionChange) -> CollectionChanged:
        """Set what jobs of a collection inherit, or give it another name. Raises UnknownCollection,
        CollectionExists, CollectionBusy, InvalidRequest and what a job with these options would."""
        _expect_name(collection)
        if change.name is UNSET:
            options = GivenOptions() if change.options is UNSET else change.options
            self._set(collection, options, replace=change.options is not UNSET)
            return _changed(self.state(collection), ())
        if change.options is not UNSET:
            raise InvalidRequest("change the options or the name, not both at once")
        _expect_name(change.name)
        keys = () if change.name == collection else self._rename(collection, change.name)
        return _changed(self.state(change.name), keys)

    def delete(self, collection: str, expected: int | None) -> int:
        """Begin to delete a collection; returns how many documents it has. What is marked by now
        goes, whatever happens (`Remover`). Raises UnknownCollection, CollectionBusy,
        ConfirmationNeeded."""
        with self._stores.library(readonly=True) as library:
            expect_known(library, self._client, collection)
        expect_idle(self._stores.manifests, collection)
        deleted = self._in_settings(
            lambda library: library.delete_collection(collection, expected=expected)
        )
        self._stores.hooks.drop(collection)
        self._mirrors.follow_deletion(collection)
        return deleted

    def delete_documents(self, within: "Within", where: Filter | None, expected: int | None) -> int:
        """Begin to delete the documents that pass a filter; returns how many. Raises
        UnknownCollection, ConfirmationNeeded."""
        with self._stores.library(readonly=True) as library:
            if isinstance(within, str):
                expect_known(library, self._client, within, (within,))
            expect_known_in(library, self._client, where, within)
        return self._in_library(
            lambda library: library.delete_documents(
                collection=within, expected=expected, where=where
            )
        )

    def restore_documents(self, wanted: RestoreRequest, within: "Within") -> Restoration:
        """Begin to put deleted documents of some collections back, or say what that would do.
        Raises InvalidRequest, InvalidFilter."""
        said = (wanted.documents, wanted.filter, wanted.collection, wanted.mirror)
        if not any(said) or (wanted.run is not None and wanted.mirror is None):
            raise InvalidRequest(
                "say which documents come back: documents, filter, collection, mirror, or a mirror "
                "and its run"
            )
        from gristmill.storage.library.trash_role import TrashChoice

        choice = TrashChoice(
            within,
            None if wanted.filter is None else parsed(wanted.filter),
            wanted.documents or None,
            wanted.mirror,
            None if wanted.run is None else round(wanted.run.timestamp() * 1_000_000),
        )
        if wanted.preview:
            with self._stores.library(readonly=True) as library:
                return library.restorable(choice)
        return self._in_library(lambda library: library.restore_documents(choice))

    def _set(self, collection: str, options: GivenOptions, *, replace: bool) -> None:
        try:
            whole = options.over(GivenOptions())
        except ValueError as error:
            raise InvalidRequest(f"the options are wrong: {error} - at `$.options`") from None
        check_steps(whole, self._settings)
        check_tokenizer(whole, self._settings)

        def put(library: "Library") -> None:
            library.set_collection(collection, options, replace=replace)

        self._in_settings(put)

    def _rename(self, collection: str, new: str) -> tuple[str, ...]:
        with self._stores.library(readonly=True) as library:
            expect_known(library, self._client, collection)
        for name in (collection, new):
            expect_idle(self._stores.manifests, name)
        # The keys first: killed between the two, they open nothing, where they could open another
        # collection that takes the old name. The same rename again puts it right.
        with self._stores.tokens.rebinding(collection, new) as keys:
            self._in_settings(
                lambda library: library.rename_collection(
                    collection, new, self._stores.originals.link_all
                )
            )
        self._stores.hooks.rename(collection, new)
        self._mirrors.follow_rename(collection, new)
        return tuple(keys)

    def _in_settings(self, work: "Callable[[Library], _Done]") -> _Done:
        """Returns once no process takes jobs by what was set before."""
        done = self._in_library(work)
        time.sleep(REMEMBERED_S)
        return done

    def _in_library(self, work: "Callable[[Library], _Done]") -> _Done:
        def done() -> _Done:
            with self._stores.library() as library:
                return work(library)

        return with_reserve(self._stores.folder.root, done)


def _changed(state: CollectionState, keys: tuple[str, ...]) -> CollectionChanged:
    return CollectionChanged(**msgspec.structs.asdict(state), keys=keys)


def _expect_name(collection: str) -> None:
    try:
        msgspec.convert(collection, Collection)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"{collection!r} is no name of a collection: {error}") from None
