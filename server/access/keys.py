"""The API keys that a web process knows, as fresh as their file."""

from datetime import UTC, datetime
from hmac import compare_digest
from typing import NamedTuple

from gristmill.schemas.access import ApiKey
from gristmill.server.access.caller import EVERYBODY, STRANGER, Caller, caller_with
from gristmill.server.access.sessions import holder_of, session_of
from gristmill.storage.disk.stamps import Stamp
from gristmill.storage.records.tokens import Tokens, digest_of

_SCHEME = "bearer "
_MOST_KNOWN = 4096


class _State(NamedTuple):
    """What was read when the file was `seen`; `found` remembers whose a digest is."""

    seen: Stamp | None
    keys: tuple[ApiKey, ...]
    found: dict[str, tuple[ApiKey, Caller]]


class KeyRing:
    """Knows a caller by their key. Safe from any thread: a state is never changed but replaced,
    and what is added to `found` is the same whoever adds it."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._state = _State(None, (), {})

    def caller(self, authorization: str | None) -> Caller:
        """Who sends this `Authorization`. Without any key in the file, everybody may do all; with
        some, whoever has no valid one is a stranger. Raises StorageFailed, OSError for a file that
        cannot be read."""
        state = self._current()
        if not state.keys:
            return EVERYBODY
        if authorization is None or authorization[: len(_SCHEME)].lower() != _SCHEME:
            return STRANGER
        digest = digest_of(authorization[len(_SCHEME) :].strip())
        known = state.found.get(digest)
        if known is None:
            if (key := _holder(state.keys, digest)) is None:
                return STRANGER
            known = (key, caller_with(key))
            if len(state.found) < _MOST_KNOWN:
                state.found[digest] = known
        key, caller = known
        return caller if key.expires_at is None or key.usable(datetime.now(UTC)) else STRANGER

    def caller_in(self, session: str) -> Caller:
        """Who brings this session, and no key."""
        state = self._current()
        if not state.keys:
            return EVERYBODY
        key = holder_of(session, state.keys, datetime.now(UTC))
        return STRANGER if key is None else caller_with(key)

    def session(self, token: str) -> str | None:
        """A session for whoever has the token of a valid key; None for others."""
        now = datetime.now(UTC)
        key = _holder(self._current().keys, digest_of(token))
        return session_of(key, now) if key is not None and key.usable(now) else None

    def _current(self) -> _State:
        seen = self._tokens.seen()
        if seen != self._state.seen:
            # Looked at before it is read: what changes meanwhile is read again.
            self._state = _State(seen, self._tokens.all(), {})
        return self._state


def _holder(keys: tuple[ApiKey, ...], digest: str) -> ApiKey | None:
    """The key with a digest, in a time that does not tell how much of it was right."""
    holder = None
    for key in keys:
        if compare_digest(key.digest, digest) and key.revoked_at is None:
            holder = key
    return holder
