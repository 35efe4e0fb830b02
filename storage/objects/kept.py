"""Kept originals in a bucket: one object for each, named by its document and its digest."""

from collections.abc import Iterator

from gristmill.storage.layout import DataFolder
from gristmill.storage.objects.bucket import Bucket

_BELOW = "originals"


class KeptObjects:
    """The originals of a data folder that has its uploads in a bucket. Thread-safe; all methods
    raise OSError."""

    def __init__(self, folder: DataFolder) -> None:
        self._bucket = Bucket(folder.objects)

    def keep(self, document: str, sha256: str, data: bytes) -> None:
        """Durable afterwards. What is there already is young again: its document may be on its way
        to the library."""
        self._bucket.put_bytes(_key(document, sha256), data)

    def has(self, document: str, sha256: str) -> bool:
        return self._bucket.has(_key(document, sha256))

    def read(self, document: str, sha256: str, most: int) -> bytes:
        """Up to `most` bytes; FileNotFoundError where they are not kept."""
        return self._bucket.read(_key(document, sha256), 0, most)

    def drop(self, document: str) -> None:
        """All that was kept of a document."""
        for key, _ in self._bucket.written(f"{_BELOW}/{document[:2]}/{document}"):
            self._bucket.drop(key)

    def link(self, old: str, new: str, sha256: str) -> None:
        """Have what is kept of a document be there under another one as well."""
        if self.has(old, sha256):
            self._bucket.copy(_key(old, sha256), _key(new, sha256))

    def all(self) -> Iterator[tuple[str, str, float]]:
        """Document, digest and when it was kept last, in seconds since the epoch on the clock of
        the store."""
        for key, written_s in self._bucket.written(_BELOW):
            _, document, sha256 = key.rsplit("/", 2)
            yield document, sha256, written_s

    def drop_one(self, document: str, sha256: str) -> None:
        self._bucket.drop(_key(document, sha256))


def _key(document: str, sha256: str) -> str:
    return f"{_BELOW}/{document[:2]}/{document}/{sha256}"
