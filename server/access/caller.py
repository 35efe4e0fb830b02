"""Who asks, and what they may."""

from typing import NamedTuple

from gristmill.pool.intake import Submitter
from gristmill.schemas.access import GRANTED, ApiKey, Scope
from gristmill.schemas.problems.access_errors import Forbidden, Unauthorized
from gristmill.schemas.telemetry.trails import Trail
from gristmill.storage.library.roles import Within


class Caller(NamedTuple):
    """`name` is that of the API key, None where there is none. `collections` is None for a caller
    who sees all of them. `address`: that of one without a key, where waiting jobs are counted."""

    name: str | None
    scopes: frozenset[Scope]
    collections: tuple[str, ...] | None = None
    address: str | None = None

    @property
    def is_stranger(self) -> bool:
        """Whether the service has keys and this caller has none."""
        return Scope.ANY not in self.scopes

    def expect(self, scope: Scope) -> None:
        """Raises Unauthorized, Forbidden where this caller may not do what needs `scope`."""
        if scope in self.scopes:
            return
        if self.is_stranger:
            raise Unauthorized(
                "this service has API keys; send one that is valid as `Authorization: Bearer KEY`"
            )
        raise Forbidden(f"the key {self.name!r} lacks the scope {scope.value!r}")

    def sees(self, collection: str) -> bool:
        return self.collections is None or collection in self.collections

    def expect_collection(self, collection: str) -> None:
        """Raises Forbidden where this caller has nothing to do with a collection. Whether there is
        one of that name makes no difference."""
        if not self.sees(collection):
            raise Forbidden(f"the key {self.name!r} is not for the collection {collection!r}")

    def submitter(self, trail: Trail) -> Submitter:
        """Who the jobs of this caller are said to be of, and of which request."""
        return Submitter(self.name, self.collections is not None, self.address, trail)

    def within(self, collection: str | None) -> Within:
        """Where to look for what was asked of `collection`, or (None) of all. Raises Forbidden."""
        if collection is None:
            return self.collections
        self.expect_collection(collection)
        return collection


EVERYBODY = Caller(None, frozenset(Scope))
"""Whoever asks a service that has no keys."""
ARRIVING = Caller(None, frozenset({Scope.OPEN}), (), "a link from elsewhere")
"""A browser that follows another site's link to a page. It is shown nothing but the way on: from
there our own page asks, with the browser's session."""
STRANGER = Caller(None, frozenset({Scope.OPEN}), ())


def caller_with(key: ApiKey) -> Caller:
    """Who has brought a valid key."""
    scopes = frozenset[Scope]().union(*(GRANTED[grant] for grant in key.grants))
    return Caller(key.name, scopes, key.collections or None)
