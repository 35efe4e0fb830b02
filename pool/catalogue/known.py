"""Whether there is a collection of some name, and which of its jobs are not done."""

from typing import TYPE_CHECKING

from gristmill.pool.client import PoolClient
from gristmill.schemas.collections_told import DEFAULT, near_names
from gristmill.schemas.filters.tree import Filter, named_collections
from gristmill.schemas.problems.collection_errors import CollectionBusy, UnknownCollection
from gristmill.storage.manifests import LEFT_OUT, Manifests

if TYPE_CHECKING:
    from gristmill.storage.library import Catalogue
    from gristmill.storage.library.roles import Within

_FLUSH_S = 0.25
"""How long what was accepted a moment ago may take to be in the job index."""
_MOST_NAMES = 1000
_MOST_TOLD = 10


def expect_known(
    library: "Catalogue",
    client: PoolClient,
    collection: str | None,
    within: tuple[str, ...] | None = None,
) -> None:
    """Raises UnknownCollection for a name that no collection has: most often it is misspelled, and
    an empty answer would not tell. `within` are those that whoever asks may know of."""
    if collection is None or collection == DEFAULT or library.collection_exists(collection):
        return
    client.flush_index(_FLUSH_S)
    if library.collection_exists(collection):
        return
    near = near_names(collection, library.collection_names(within=within, limit=_MOST_NAMES))
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
    raise UnknownCollection(f"there is no collection {collection!r}{hint}", did_you_mean=near)


def expect_known_in(
    library: "Catalogue",
    client: PoolClient,
    where: Filter | None,
    within: "Within" = None,
) -> None:
    """Raises UnknownCollection where a filter asks for documents of a collection that does not
    exist. Of those that are not `within` what may be seen nothing is told."""
    bounds = (within,) if isinstance(within, str) else within
    for name in named_collections(where) if where is not None else ():
        if bounds is None or name in bounds:
            expect_known(library, client, name, bounds)


def expect_idle(manifests: Manifests, collection: str) -> None:
    """Raises CollectionBusy where jobs of a collection are not done. What the manifests say is the
    truth: the job index may lag behind."""
    if pending := _pending(manifests, collection):
        raise CollectionBusy(
            f"jobs of the collection {collection!r} are not done, such as {pending[0]}; wait for "
            "them, or cancel them",
            job_ids=pending[:_MOST_TOLD],
        )


def _pending(manifests: Manifests, collection: str) -> list[str]:
    found = []
    for job_id in manifests.pending_ids():
        try:
            manifest = manifests.read_pending(job_id)
        except LEFT_OUT:
            # Nobody runs it, and `check` tells of it.
            continue
        if manifest is not None and manifest.collection == collection:
            found.append(job_id)
    return found
