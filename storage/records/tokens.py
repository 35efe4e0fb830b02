"""API keys on disk: one JSON file with the digests of their tokens.

Web processes see a change by the file's stamp (`seen`), so a key is good, or no longer good,
from the next request on. Revoked and expired keys stay in the file: as long as it has any key,
the service asks everybody for one, and taking the last one away never opens it.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from gristmill.schemas.access import TOKEN_PREFIX, ApiKey
from gristmill.schemas.problems.access_errors import KeyExists, KeyNotFound
from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage.disk.durable import write_atomic
from gristmill.storage.disk.locks import hold
from gristmill.storage.disk.stamps import Stamp, stamp_of
from gristmill.storage.layout import DataFolder


class _File(msgspec.Struct, frozen=True):
    keys: tuple[ApiKey, ...] = ()
    format: int = 1


_decode = msgspec.json.Decoder(_File).decode
_encode = msgspec.json.Encoder().encode


def digest_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a plain hash tells nothing of it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


class Tokens:
    """The API keys of one data folder; making this does no I/O."""

    def __init__(self, folder: DataFolder) -> None:
        self._path = folder.api_keys
        self._lock = folder.run / "api-keys.lock"
        self._file = os.fspath(self._path)

    def seen(self) -> Stamp | None:
        """What changes with the file; None where there is none. Costs a stat."""
        return stamp_of(self._file)

    def all(self) -> tuple[ApiKey, ...]:
        """Every key, the oldest first, revoked ones as well. Raises StorageFailed for a file that
        is none: then nobody gets in, rather than everybody."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        try:
            return _decode(data).keys
        except msgspec.MsgspecError as error:
            raise StorageFailed(
                f"the file of API keys {self._path} cannot be read ({error}); restore it, or move "
                "it away and make new keys"
            ) from None

    def add(self, key: ApiKey) -> str:
        """Make the token of a new key (whose digest is left empty) and keep its digest. Returns
        the token, which nobody can be told again. Raises KeyExists where the name is taken,
        StorageFailed."""
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        with hold(self._lock):
            known = self.all()
            if any(each.name == key.name for each in known):
                raise KeyExists(
                    f"there is a key {key.name!r} already, or there was one; choose another name"
                )
            self._write((*known, msgspec.structs.replace(key, digest=digest_of(token))))
        return token

    def revoke(self, name: str) -> ApiKey:
        """End a key for ever; one that is revoked stays as it is. Raises KeyNotFound,
        StorageFailed."""
        with hold(self._lock):
            known = self.all()
            key = next((each for each in known if each.name == name), None)
            if key is None:
                raise KeyNotFound(f"there is no key {name!r}; `gristmill key list` shows them")
            if key.revoked_at is None:
                ended = msgspec.structs.replace(key, revoked_at=datetime.now(UTC))
                self._write(tuple(ended if each is key else each for each in known))
                key = ended
        return key

    @contextmanager
    def rebinding(self, old: str, new: str) -> Iterator[list[str]]:
        """Bind the keys that are bound to one collection to another, for good unless what is done
        meanwhile raises. Yields the names of those that are not revoked. Raises StorageFailed."""
        with hold(self._lock):
            known = self.all()
            meant = [key for key in known if old in key.collections]
            if meant:
                self._write(tuple(_bound(key, old, new) for key in known))
            try:
                yield [key.name for key in meant if key.revoked_at is None]
            except BaseException:
                if meant:
                    self._write(known)
                raise

    def _write(self, keys: tuple[ApiKey, ...]) -> None:
        write_atomic(self._path, _encode(_File(keys)))


def _bound(key: ApiKey, old: str, new: str) -> ApiKey:
    names = dict.fromkeys(new if each == old else each for each in key.collections)
    return msgspec.structs.replace(key, collections=tuple(names))
