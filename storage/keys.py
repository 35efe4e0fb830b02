"""Idempotency records: which job a key stands for."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import msgspec

from gristmill.storage import faults
from gristmill.storage.durable import make_folder, sync_folder, write_atomic
from gristmill.storage.layout import DataFolder
from gristmill.storage.locks import hold


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
        self._made: set[str] = set()

    @contextmanager
    def hold(self, digests: Iterable[str], timeout_s: float = 10.0) -> Iterator[None]:
        """Hold the locks of some keys. Taken in one order everywhere, so holders never deadlock.

        Raises StorageFailed when one is not free within `timeout_s` seconds.
        """
        # By prefix: keys that share a lock must take it once only.
        by_prefix = {digest[:2]: digest for digest in digests}
        with ExitStack() as stack:
            for prefix in sorted(by_prefix):
                if prefix not in self._made:
                    make_folder(self._folder.keys / prefix)
                    self._made.add(prefix)
                stack.enter_context(hold(self._folder.key_lock(by_prefix[prefix]), timeout_s))
            yield

    def read(self, digest: str) -> KeyRecord | None:
        """The record of a key; None where there is none or a crash left half of one (which
        only happens before its job was accepted)."""
        try:
            return _decode(self._folder.key_path(digest).read_bytes())
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def write(self, digest: str, record: KeyRecord, *, durable: bool) -> None:
        """Store a record, before the manifest that it names.

        A derived key needs no `durable`: its record only matters while the job is pending, and
        the pending manifest itself is checked.
        """
        path = self._folder.key_path(digest)
        if durable:
            write_atomic(path, _encode(record))
            return
        faults.disk("key.write")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            os.write(descriptor, _encode(record))
        finally:
            os.close(descriptor)

    def remove(self, digest: str, *, durable: bool = False) -> None:
        path = self._folder.key_path(digest)
        with suppress(FileNotFoundError):
            faults.disk("key.unlink")
            path.unlink()
            if durable:
                sync_folder(path.parent)
