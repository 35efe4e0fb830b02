"""OLE compound files: what old Office documents, and new encrypted ones, are kept in."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.unpacking.summary import SUMMARY, summary_of
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from olefile import OleFileIO

GENERIC = "application/x-ole-storage"
LOCKED = "application/vnd.ms-office.encrypted"

_HEADER_BYTES, _SHIFT_AT, _LONGEST_SHIFT = 512, 30, 16
_TABLES_AT = (44, 64, 72)
"""Where the header says how many sectors there are of the table of sectors, of that of small ones
and of the one that lists the former ([MS-CFB] 2.2)."""
_KINDS = (
    ("encryptedpackage", LOCKED),
    ("worddocument", "application/msword"),
    ("powerpoint document", "application/vnd.ms-powerpoint"),
    ("workbook", "application/vnd.ms-excel"),
    ("book", "application/vnd.ms-excel"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("visiodocument", "application/vnd.visio"),
)


class Compound:
    """An open compound file."""

    def __init__(self, ole: "OleFileIO") -> None:
        self._ole = ole

    def read(self, name: str) -> bytes:
        """A stream of the root's, empty where there is none."""
        return bytes(self._ole.openstream(name).read()) if self._ole.exists(name) else b""

    def names(self, storage: str = "") -> list[str]:
        """What is directly in a storage, in the root where none is named."""
        path = storage.split("/") if storage else []
        found = self._ole.listdir(streams=True, storages=True)
        return [each[-1] for each in found if each[:-1] == path]

    def properties(self) -> tuple[str | None, dict[str, Any]]:
        """Title and summary; nothing where the summary is damaged."""
        found = summary_of(self.read(SUMMARY))
        return found.pop("title", None), found


def opened(data: bytes) -> "OleFileIO":
    """A compound file that takes no more to read than it has: olefile believes declared sizes, and
    follows a chain of sectors that bites its tail until as much as was declared has been read.
    Raises OSError and what olefile does for what is broken."""
    import olefile

    if len(data) >= _HEADER_BYTES:
        size = 1 << min(data[_SHIFT_AT], _LONGEST_SHIFT)
        tables = [int.from_bytes(data[at : at + 4], "little") for at in _TABLES_AT]
        if max(tables) * size > len(data):
            raise OSError("it declares larger tables than it has room for")
    ole = olefile.OleFileIO(io.BytesIO(data))
    for entry in filter(None, ole.direntries):
        entry.size = min(entry.size, len(data))
    return ole


@contextmanager
def open_compound(data: bytes) -> Iterator[Compound]:
    """Raises DocumentError `parse_error` for what is broken."""
    try:
        with opened(data) as ole:
            yield Compound(ole)
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise DocumentError(
            DocumentCode.PARSE_ERROR, f"the file is broken: {error}"[:300]
        ) from None


def compound_kind(data: bytes) -> str:
    """The media type that the streams of a compound file prove."""
    with suppress(Exception), opened(data) as ole:
        names = {entry.name.lower() for entry in ole.root.kids}
        for name, media_type in _KINDS:
            if name in names:
                return media_type
    return GENERIC
