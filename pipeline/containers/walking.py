"""A walk through a container, from one member that is wanted to the next.

To come to a member costs whatever lies before it: the bytes of a compressed tar archive, the index
of a zip. So whoever wants many asks for them in the order of the archive, and pays for that once.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Self

from gristmill.pipeline.containers.containers import BY_NAME, CONTAINERS, entries
from gristmill.pipeline.containers.entry import ArchiveEntry
from gristmill.pipeline.detecting.detect import by_name, detect
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking.inflating import Account
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import MEMBER_MARK
from gristmill.schemas.problems.errors import DocumentError

_MEMBER_BYTES = 1024
"""What an entry of an index takes in memory, about."""


class Walk:
    """Reads members of `blob`, and of containers inside of it, by their paths. One that lies behind
    is reached from the start once more."""

    def __init__(self, blob: Blob, limits: Limits) -> None:
        self._blob, self._limits = blob, limits
        self._begin()

    def read(self, path: str) -> bytes:
        """The bytes of a member.

        Raises DocumentError: `parse_error` where there is none, or what is on the way is broken,
        `too_large`, `encrypted`, `unsupported` as its reading goes.
        """
        way = path.split(MEMBER_MARK)
        try:
            return self._read(way)
        except _GoneByError:
            self._begin(self._outermost.names)
        try:
            return self._read(way)
        except _GoneByError:
            raise _missing(path) from None

    def go_on(self) -> bool:
        """Count against fresh budgets from here; False where those that there were are used up."""
        return self._account.renew()

    @property
    def weight(self) -> int:
        """About the bytes of memory that this keeps."""
        held = sum(len(level.blob.data) for level in self._levels())
        return held + self._account.members * _MEMBER_BYTES

    def _begin(self, names: Collection[str] | None = None) -> None:
        self._account = Account(len(self._blob.data), self._limits)
        self._outermost = _Level(self._blob, 0, self._account, self._limits, names)

    def _read(self, way: list[str]) -> bytes:
        level = self._outermost
        for name in way[:-1]:
            level.go_to(name)
            level = level.inside()
        level.go_to(way[-1])
        return level.read()

    def _levels(self) -> Iterator["_Level"]:
        level: _Level | None = self._outermost
        while level is not None:
            yield level
            level = level.inner


class _Level:
    """One container, and where in it the walk is. `names` are all that it has, where that is
    known: it is not walked through for others."""

    def __init__(
        self,
        blob: Blob,
        depth: int,
        account: Account,
        limits: Limits,
        names: Collection[str] | None = None,
    ) -> None:
        self.blob, self.names = blob, names
        self.inner: _Level | None = None
        self._depth, self._account, self._limits = depth, account, limits
        self._passed: set[str] = set()
        self._refusal: _Refusal | None = None
        self._entry: ArchiveEntry | None = None
        self._is_read = False
        self._content: bytes | _Refusal | None = None
        media_type = detect(blob.data, blob.name)
        self._entries: Iterator[ArchiveEntry] = iter(())
        if media_type not in CONTAINERS:
            self._refusal = _Refusal(DocumentCode.PARSE_ERROR, f"{media_type} has no members")
        elif depth >= limits.max_nesting:
            self._refusal = _Refusal.of(too_deep(limits))
        else:
            self._entries = entries(blob.data, media_type, blob.name, account, limits)

    def go_to(self, name: str) -> None:
        """Come to the member of this name. Raises DocumentError, _GoneByError."""
        if self._entry is not None and (self._entry.alone or self._entry.name == name):
            return
        if name in self._passed:
            raise _GoneByError
        if self._refusal is not None:
            raise DocumentError(*self._refusal)
        if self.names is not None and name not in self.names:
            raise _missing(name)
        try:
            while self._next():
                assert self._entry is not None
                if self._entry.alone or self._entry.name == name:
                    return
        except DocumentError as error:
            self._refusal = _Refusal.of(error)
            raise
        self.names = frozenset(self._passed)
        raise _missing(name)

    def read(self) -> bytes:
        """The bytes of the member that this came to. They are only kept where it may be asked for
        what is inside of them. Raises DocumentError, _GoneByError."""
        content, entry = self._content, self._entry
        assert entry is not None
        if content is None:
            content = self._read(entry)
        if isinstance(content, _Refusal):
            self._content = content
            raise DocumentError(*content)
        if by_name(entry.name) in BY_NAME:
            self._content = content
        return content

    def inside(self) -> "_Level":
        """The member that this came to, as a container. Raises DocumentError, _GoneByError."""
        if self.inner is None:
            assert self._entry is not None
            blob = Blob(self.read(), self._entry.name)
            self.inner = _Level(blob, self._depth + 1, self._account, self._limits)
        return self.inner

    def _read(self, entry: ArchiveEntry) -> "bytes | _Refusal":
        if self._is_read:
            raise _GoneByError
        self._is_read = True
        if entry.code is not None:
            return _Refusal(entry.code, entry.message or "it cannot be read")
        try:
            return entry.read()
        except DocumentError as error:
            return _Refusal.of(error)

    def _next(self) -> bool:
        if self._entry is not None:
            self._passed.add(self._entry.name)
        self.inner = self._content = self._entry = None
        self._is_read = False
        self._entry = next(self._entries, None)
        return self._entry is not None


class _Refusal(NamedTuple):
    """What a DocumentError says, to be raised again: one that was raised keeps all that was at hand
    where it came through, which are the bytes of documents."""

    code: DocumentCode
    message: str

    @classmethod
    def of(cls, error: DocumentError) -> Self:
        return cls(DocumentCode(error.document_code), error.message)


class _GoneByError(Exception):
    """The walk is behind that member already."""


def too_deep(limits: Limits) -> DocumentError:
    return DocumentError(
        DocumentCode.TOO_LARGE, f"archives are nested over {limits.max_nesting} deep"
    )


def _missing(path: str) -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, f"there is no {path} in the archive"[:300])
