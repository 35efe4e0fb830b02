"""Who may do what: scopes, and the API keys that grant them."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

TOKEN_PREFIX = "grist_"
"""How each token begins: scanners for leaked secrets, and people, know it by that."""
Grant = Literal["read", "ingest", "admin", "metrics"]
"""What a key may be made for."""


class Scope(StrEnum):
    """What a caller has to be allowed."""

    OPEN = "open"
    """Nothing: whoever watches over the service asks it."""
    ANY = "any"
    """Any key at all."""
    JOBS = "jobs"
    """To follow jobs: whoever may read or ingest does."""
    READ = "read"
    INGEST = "ingest"
    ADMIN = "admin"
    METRICS = "metrics"


GRANTED: dict[Grant, frozenset[Scope]] = {
    "read": frozenset({Scope.OPEN, Scope.ANY, Scope.JOBS, Scope.READ}),
    "ingest": frozenset({Scope.OPEN, Scope.ANY, Scope.JOBS, Scope.INGEST}),
    "admin": frozenset(Scope),
    "metrics": frozenset({Scope.OPEN, Scope.ANY, Scope.METRICS}),
}
"""What a key for each of them may do."""


class ApiKey(msgspec.Struct, frozen=True):
    """One key, as it stands on disk: never the token, only its SHA-256 (64 hex digits). Without
    `collections` it is for all of them. Times are UTC."""

    name: str
    digest: str
    grants: tuple[Grant, ...]
    created_at: datetime
    collections: tuple[str, ...] = ()
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def usable(self, now: datetime) -> bool:
        """Whether the key opens anything at `now`."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def state(self, now: datetime) -> str:
        """In a word, for people."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if self.usable(now) else "expired"
