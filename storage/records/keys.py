"""Idempotency records: which job a caller's key stands for."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from gristmill.storage.damaged import UNREADABLE
from gristmill.storage.disk.durable import make_folder, write_atomic
from gristmill.storage.disk.group_commit import remove_all, write_all
from gristmill.storage.disk.locks import hold
from gristmill.storage.layout import DataFolder


class KeyRecord(msgspec.Struct, frozen=True):
    """The job that a key was used for, and the digest of its canonical request."""

    job_id: str
    request: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(KeyRecord).decode


class Keys:
    """The key records of one data folder. `read`, `write` and `remove` only while held."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._locks: dict[str, Path] = {}

    @contextmanager
    def hold(self, digests: Iterable[str], timeout_s: float = 10.0) -> Iterator[None]:
        """Hold the locks of some keys. Taken in one order everywhere, so holders never deadlock.

        Raises StorageFailed when one is not free within `timeout_s` seconds.
        """
        # By prefix: keys that share a lock must take it once only.
        by_prefix = {digest[:2]: digest for digest in digests}
        with ExitStack() as stack:
            for prefix in sorted(by_prefix):
                lock = self._locks.get(prefix) or self._made_lock(by_prefix[prefix])
                stack.enter_context(hold(lock, timeout_s))
            yield

    def _made_lock(self, digest: str) -> Path:
        """The lock of a key, kept: a Path that is made anew is most of what taking it costs."""
        lock = self._folder.key_lock(digest)
        make_folder(lock.parent)
        self._locks[digest[:2]] = lock
        return lock

    def read(self, digest: str) -> KeyRecord | None:
        """The record of a key; None where there is none or a crash left half of one (which
        only happens before its job was accepted)."""
        try:
            return _decode(self._folder.key_path(digest).read_bytes())
        except (FileNotFoundError, *UNREADABLE):
            return None

    def write(self, digest: str, record: KeyRecord) -> None:
        """Store a record durably, before the manifest that it names."""
        write_atomic(self._folder.key_path(digest), _encode(record))

    def write_all(self, records: Sequence[tuple[str, KeyRecord]]) -> None:
        """Store records under their digests. Raises the first OSError."""
        files = [(self._folder.key_path(digest), _encode(record)) for digest, record in records]
        for error in filter(None, write_all(files)):
            raise error

    def remove(self, *digests: str) -> None:
        """Remove records for good. A missing one is no error."""
        remove_all([self._folder.key_path(digest) for digest in digests])
