"""Members of zip archives in other compressions than the usual one (APPNOTE.TXT 4.4.5).

`zipfile` undoes bzip2 and LZMA as well, but a whole piece of what is compressed at once: four
kilobytes may become four gigabytes. Here nothing comes out that was not asked for.
"""

import bz2
import io
import lzma
import struct
import zipfile
from collections.abc import Callable
from typing import IO, Any, cast

from gristmill.pipeline.unpacking.streams import LZMA_MEMORY, Checked, Unpacking, xz_decompressor
from gristmill.pipeline.unpacking.zstd import zstd_decompressor
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_LZMA, _ZSTD, _OLD_ZSTD, _XZ = 14, 93, 20, 95
_NAMES = {1: "Shrink", 6: "Implode", 9: "Deflate64", 96: "JPEG", 97: "WavPack", 98: "PPMd"}
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LZMA_HEADER = struct.Struct("<2xHBI")


def opened_member(data: bytes, info: zipfile.ZipInfo, name: str) -> IO[bytes]:
    """A member's bytes as a stream, which raises OSError or EOFError for broken data.

    Raises DocumentError `unsupported` for a compression that is not read, zipfile.BadZipFile for a
    member that is not where the index says.
    """
    packed = _packed(data, info)
    make: dict[int, Callable[[], Any]] = {
        zipfile.ZIP_BZIP2: bz2.BZ2Decompressor,
        _XZ: xz_decompressor,
        _ZSTD: zstd_decompressor,
        _OLD_ZSTD: zstd_decompressor,
    }
    if info.compress_type == _LZMA:
        stream = _lzma(packed, name)
    elif info.compress_type in make:
        stream = Unpacking(packed, make[info.compress_type])
    else:
        method = _NAMES.get(info.compress_type, f"method {info.compress_type}")
        message = f"{name} is compressed with {method}, which is not read; pack it with Deflate"
        raise DocumentError(DocumentCode.UNSUPPORTED, message)
    return cast("IO[bytes]", Checked(stream, info.file_size, info.CRC))


def _packed(data: bytes, info: zipfile.ZipInfo) -> IO[bytes]:
    header = data[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size:
        raise zipfile.BadZipFile("a member is not where the index says")
    mark, name_size, extra_size = _LOCAL_HEADER.unpack(header)
    if mark != b"PK\x03\x04":
        raise zipfile.BadZipFile("a member is not where the index says")
    start = info.header_offset + _LOCAL_HEADER.size + name_size + extra_size
    return io.BytesIO(data[start : start + info.compress_size])


def _lzma(packed: IO[bytes], name: str) -> Unpacking:
    """Its properties come first (APPNOTE.TXT 5.8.8); an end mark is optional."""
    header = packed.read(_LZMA_HEADER.size)
    if len(header) < _LZMA_HEADER.size:
        raise zipfile.BadZipFile("a member ends too early")
    size, coder, dictionary = _LZMA_HEADER.unpack(header)
    if size != 5 or coder >= 9 * 5 * 5 or coder % 9 + coder // 9 % 5 > 4:
        raise zipfile.BadZipFile("the properties of a member are wrong")
    if dictionary > LZMA_MEMORY:
        message = f"{name} asks for more memory than it may have ({LZMA_MEMORY} bytes)"
        raise DocumentError(DocumentCode.TOO_LARGE, message)
    filters = {
        "id": lzma.FILTER_LZMA1,
        "dict_size": max(dictionary, 4096),
        "lc": coder % 9,
        "lp": coder // 9 % 5,
        "pb": coder // 45,
    }

    def make() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[filters])

    return Unpacking(packed, make, open_ended=True)
