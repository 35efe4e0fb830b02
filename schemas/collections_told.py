"""A collection as a thing: what is known of it, and what comes of changing it."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.request import Collection
from gristmill.schemas.times import Utc

DEFAULT = "default"
"""Where documents go that name no collection. It is never missing, even where it is empty."""
_MOST_NEAR = 3
_NEAR = 0.6


class CollectionChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a collection is to be. `options` replace all that was set before, and jobs inherit
    them; without them they stay. `name` is a new name for it."""

    options: GivenOptions | UnsetType = UNSET
    name: Collection | UnsetType = UNSET


class RefreshRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which collection is to be read again."""

    collection: Collection


class CollectionState(msgspec.Struct, frozen=True):
    """What a collection holds and is set to. `leaving` of its documents are being deleted;
    `pending_jobs` are not done. It was made, and has changed last, when something was set or came
    into it; both are null where nothing did so yet. `embedding_model` is the model that its vectors
    are of, null where it has none."""

    collection: str
    documents: int
    chunks: int
    bytes: int
    options: GivenOptions
    pending_jobs: int = 0
    leaving: int = 0
    created_at: Utc | None = None
    changed_at: Utc | None = None
    embedding_model: str | None = None


class CollectionChanged(CollectionState, frozen=True):
    """The same after a change. `keys` are the API keys that were bound to the name before, and
    are bound to this one."""

    keys: Sequence[str] = ()


class Deletion(msgspec.Struct, frozen=True):
    """How many documents are being deleted."""

    documents: int


def near_names(name: str, names: Iterable[str]) -> list[str]:
    """The names that this one may be meant as, the nearest first."""
    from difflib import get_close_matches

    by_folded = {each.casefold(): each for each in names}
    found = get_close_matches(name.casefold(), by_folded, n=_MOST_NEAR, cutoff=_NEAR)
    return [by_folded[each] for each in found]
