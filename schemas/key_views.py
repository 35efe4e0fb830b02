"""API keys as they are asked for and shown over HTTP: never what opens them, but once."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from gristmill.schemas.access import ApiKey, Grant
from gristmill.schemas.jobs.request import Collection
from gristmill.schemas.times import Utc

KeyName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made. Without `collections` it is for all of them, without `expires_at` for
    ever."""

    name: KeyName
    scopes: Annotated[tuple[Grant, ...], Meta(min_length=1, max_length=4)]
    collections: Annotated[tuple[Collection, ...], Meta(max_length=100)] = ()
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class KeyView(msgspec.Struct, frozen=True):
    """A key. `state` is valid, revoked or expired; `key` is what opens it, told this once, to
    whoever makes it."""

    name: str
    state: str
    scopes: tuple[Grant, ...]
    collections: tuple[str, ...]
    created_at: Utc
    expires_at: Utc | None
    revoked_at: Utc | None
    key: str | msgspec.UnsetType = msgspec.UNSET


class KeysView(msgspec.Struct, frozen=True):
    """All keys, the oldest first."""

    items: tuple[KeyView, ...]


def key_view(key: ApiKey, now: datetime, token: str | msgspec.UnsetType = msgspec.UNSET) -> KeyView:
    return KeyView(
        key.name,
        key.state(now),
        key.grants,
        key.collections,
        key.created_at,
        key.expires_at,
        key.revoked_at,
        token,
    )
