"""Archives that only libarchive reads (BSD licence): 7z, RAR, CAB, LHA; lz4, lzip and `.Z`.

What it decompresses on its way to a member counts as well: whoever does not read a member pays for
it when the next one is asked for, so that a solid archive cannot cost more than its budget.
"""

import ctypes
import io
import locale
import logging
import os
import re
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from typing import Any, NamedTuple

from gristmill.pipeline.unpacking.code_pages import names_of
from gristmill.pipeline.unpacking.inflating import Account
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

SEVEN_ZIP, RAR = "application/x-7z-compressed", "application/vnd.rar"
CAB, LHA = "application/vnd.ms-cab-compressed", "application/x-lzh-compressed"
LZ4, LZIP, COMPRESS = "application/x-lz4", "application/x-lzip", "application/x-compress"

STREAMS = frozenset({LZ4, LZIP, COMPRESS})
ARCHIVES = frozenset({SEVEN_ZIP, RAR, CAB, LHA})

_FORMATS = {SEVEN_ZIP: "7zip", RAR: "rar", CAB: "cab", LHA: "lha"}
_FILTERS = {LZ4: "lz4", LZIP: "lzip", COMPRESS: "compress"}
_NEW_RAR = b"Rar!\x1a\x07\x01"
_LIBRARIES = ("libarchive.so.13", "libarchive.13.dylib", "libarchive.dylib", "archive.dll")
_BLOCK_BYTES = 256 * 1024
_LOCKED = re.compile(r"encrypt|passphrase|password", re.IGNORECASE)


class ForeignMember(NamedTuple):
    """`name` and `size` as the archive has them; `stream` is good until the next one."""

    name: str
    size: int | None
    is_file: bool
    is_folder: bool
    stream: "ForeignStream"


class ForeignStream(io.RawIOBase):
    """The bytes of a member, each taken from the account. Raises DocumentError `too_large`,
    `parse_error` for broken data, `encrypted`."""

    def __init__(self, library: Any, archive: Any, account: Account) -> None:
        self._library, self._archive, self._account = library, archive, account
        self._buffer = ctypes.create_string_buffer(_BLOCK_BYTES)
        self._rest = b""
        self._ended = self._passed = False

    def read(self, size: int = -1) -> bytes:
        if self._passed:
            raise ValueError("the archive has gone on from this member")  # or has been freed
        if not self._rest and not self._ended:
            self._rest = self._block()
            self._account.take(len(self._rest))
        size = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def _block(self) -> bytes:
        """Not by the loop of the package, which takes a warning (a wrong sum) for a length."""
        ffi = self._library.ffi
        self._ended = True  # where this fails, for good
        try:
            got = ffi.read_data(self._archive, self._buffer, _BLOCK_BYTES)
        except self._library.ArchiveError as error:
            raise _told(error) from None
        if got < 0:
            raise _told(ValueError((ffi.error_string(self._archive) or b"").decode("latin-1")))
        self._ended = got == 0
        return self._buffer.raw[:got]

    def pass_over(self) -> None:
        """What is left. One that cannot be read costs only itself, one that is too large all."""
        try:
            while self.read():
                self._rest = b""
        except DocumentError as error:
            if error.document_code == DocumentCode.TOO_LARGE:
                raise

    def end(self) -> None:
        """No more can be read: the library would read memory that is no longer its own."""
        self._passed = True


def foreign_members(
    data: bytes, media_type: str, account: Account
) -> Generator[ForeignMember, None, None]:
    """The members in order; of one of STREAMS, the only one, without a name.

    Raises DocumentError `unsupported` where libarchive is not installed, `parse_error` for a broken
    archive, `encrypted` for one whose names are.
    """
    library = _library()
    form, packing = _FORMATS.get(media_type, "raw"), _FILTERS.get(media_type, "none")
    if media_type == RAR and data.startswith(_NEW_RAR):
        form = "rar5"
    try:
        with library.memory_reader(data, form, packing) as reader:
            for entry in reader:
                stream = ForeignStream(library, reader._pointer, account)
                size = entry.size
                try:
                    yield ForeignMember(_name(entry), size, entry.isfile, entry.isdir, stream)
                    stream.pass_over()
                finally:
                    stream.end()
    except library.ArchiveError as error:
        raise _told(error) from None


@contextmanager
def foreign_stream(data: bytes, media_type: str, account: Account) -> Iterator[ForeignStream]:
    """What is in one of STREAMS. Raises DocumentError as `foreign_members` does."""
    with closing(foreign_members(data, media_type, account)) as members:
        member = next(members, None)
        if member is None:
            raise DocumentError(DocumentCode.PARSE_ERROR, "the archive is broken: it is empty")
        yield member.stream


def _name(entry: Any) -> str:
    name = entry.pathname
    return names_of([name])[0] if isinstance(name, bytes) else name or ""


def is_installed() -> bool:
    """Whether there is what reads them."""
    try:
        _library()
    except DocumentError:
        return False
    return True


@cache
def _library() -> Any:
    """Loaded by the name that systems have it under: to look for it, ctypes runs programs, which no
    worker may. In the C locale it would drop every name that is not ASCII."""
    with suppress(locale.Error):
        if locale.nl_langinfo(locale.CODESET).upper() != "UTF-8":
            locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    for name in _LIBRARIES:
        with suppress(OSError):
            ctypes.CDLL(name)
            os.environ.setdefault("LIBARCHIVE", name)
            break
    try:
        import libarchive
    except Exception:
        raise DocumentError(
            DocumentCode.UNSUPPORTED,
            "this kind of archive is read with the extra 'archives' (pip install"
            " 'gristmill[archives]') and the system's libarchive (Debian: libarchive13)",
        ) from None
    logging.getLogger("libarchive").setLevel(logging.ERROR)  # what it warns of, we tell
    return libarchive


def _told(error: Exception) -> DocumentError:
    said = str(getattr(error, "msg", None) or error)
    if _LOCKED.search(said):
        return DocumentError(DocumentCode.ENCRYPTED, "it is encrypted; pack it without a password")
    return DocumentError(DocumentCode.PARSE_ERROR, f"the archive is broken: {said}"[:300])
