"""The trash: documents that were deleted, and can be taken back for a time."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from gristmill.schemas.times import Utc


class Discarded(NamedTuple):
    """By whom documents are deleted: a mirror, at its run that began then (microseconds since the
    epoch), or whoever asks for it."""

    mirror: str | None = None
    run_us: int | None = None


def discarded(days: float) -> Discarded | None:
    """What somebody deletes, where the trash keeps it for so many days; None: for good."""
    return Discarded() if days else None


class TrashedDocument(msgspec.Struct, frozen=True):
    """A deleted document that can be taken back. `mirror` has deleted it at its run of `run`, where
    a mirror did; `restoring`: it is being put back."""

    document_id: str
    collection: str
    uri: str
    media_type: str
    title: str | None
    chunks: int
    bytes: int
    ingested_at: Utc
    trashed_at: Utc
    mirror: str | None = None
    run: Utc | None = None
    restoring: bool = False


class TrashView(msgspec.Struct, frozen=True):
    """One page of the trash, which keeps documents for `days` after they were deleted; 0: it is
    off."""

    items: Sequence[TrashedDocument]
    next: str | None
    days: float


class RestoreRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which deleted documents are put back: all that meet each thing that is said here, of which
    there is one at least. `run` is when a run of `mirror` began, as the mirror tells it. With
    `preview` on, nothing is put back, and the answer says what would be."""

    documents: Annotated[tuple[str, ...], Meta(max_length=1000)] = ()
    filter: str | None = None
    collection: str | None = None
    mirror: str | None = None
    run: Utc | None = None
    preview: bool = False


class Restoration(msgspec.Struct, frozen=True):
    """`documents` are being put back. `in_the_way`: so many others stay in the trash, for the
    library has a document of their collection and uri again, or they were deleted more than once
    (the newest comes back)."""

    documents: int
    in_the_way: int = 0
