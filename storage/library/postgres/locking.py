"""Locks of a transaction, as PostgreSQL's advisory locks: they end with it, or with its holder."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from gristmill.storage.library.locks import Lock, ordered
from gristmill.storage.library.postgres.dialect import Said

# In the order of the arrays, which is why no ORDER BY may come near it.
_TAKE = Said(
    "SELECT CASE WHEN shared THEN pg_advisory_xact_lock_shared(key) ELSE pg_advisory_xact_lock(key)"
    " END FROM unnest($1::bigint[], $2::boolean[]) AS wanted(key, shared)",
    (),
    reads=True,
)


def statement(locks: Sequence[Lock]) -> tuple[Said, list[Any]] | None:
    """What takes these locks in one round trip; None where there are none."""
    wanted = ordered(locks)
    if not wanted:
        return None
    return _TAKE, [[key(each) for each in wanted], [each.shared for each in wanted]]


def key(lock: Lock) -> int:
    """64 bits: two locks that have the same by chance cost a wait."""
    digest = blake2b(repr((lock.kind, lock.name)).encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
