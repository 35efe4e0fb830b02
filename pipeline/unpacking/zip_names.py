"""The names of a zip archive's members, in the encoding that they are really in."""

import struct
import zlib
from collections.abc import Sequence
from zipfile import ZipInfo

from gristmill.pipeline.unpacking.code_pages import names_of

_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_MAX_EXTRA_FIELDS = 100


def zip_names(infos: Sequence[ZipInfo]) -> list[str]:
    """In their order. What the archive declares comes first: the flag for UTF-8, then Info-ZIP's
    Unicode path (APPNOTE.TXT 4.6.9); else all undeclared names together tell their code page."""
    found: list[str | bytes] = [_declared(info) for info in infos]
    guessed = iter(names_of([name for name in found if isinstance(name, bytes)]))
    return [name if isinstance(name, str) else next(guessed) for name in found]


def _declared(info: ZipInfo) -> str | bytes:
    """A name, or the bytes of one whose encoding the archive does not tell."""
    written = info.orig_filename.partition("\0")[0]
    if info.flag_bits & _UTF8 or written.isascii():
        return written
    raw = written.encode("cp437", "replace")  # zipfile has decoded it by that, one for one
    return _unicode_path(info.extra, raw) or raw


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    at = 0
    for _ in range(_MAX_EXTRA_FIELDS):
        if at + 4 > len(extra):
            return None
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            if int.from_bytes(field[1:5], "little") != zlib.crc32(raw):
                return None  # the name was changed by a program that does not know the field
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + size
    return None
