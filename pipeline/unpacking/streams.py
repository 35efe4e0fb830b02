"""Compressed streams, undone a bounded piece at a time."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Any, cast

from gristmill.pipeline.unpacking.zstd import zstd_decompressor

GZIP, BZIP2, XZ, ZSTD = (
    "application/gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/zstd",
)

LZMA_MEMORY = 128 * 1024 * 1024
"""The dictionary that a stream may ask for."""

_CHUNK_BYTES = 64 * 1024


def unpacking(source: IO[bytes], media_type: str) -> IO[bytes]:
    """A stream of what is in one of the four kinds above. Raises DocumentError `unsupported` where
    its library is not installed; reading raises OSError for broken data, EOFError for an early end.
    """
    if media_type == GZIP:
        return cast("IO[bytes]", gzip.GzipFile(fileobj=source))
    makers: dict[str, Callable[[], Any]] = {
        BZIP2: bz2.BZ2Decompressor,
        XZ: xz_decompressor,
        ZSTD: zstd_decompressor,
    }
    return cast("IO[bytes]", Unpacking(source, makers[media_type]))


def xz_decompressor() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=LZMA_MEMORY)


class Unpacking:
    """What a decompressor of the standard library's kind makes of a file, which may be several
    streams one after another. One that is `open_ended` does not say where it ends."""

    def __init__(
        self, source: IO[bytes], make: Callable[[], Any], open_ended: bool = False
    ) -> None:
        self._source = source
        self._make = make
        self._open_ended = open_ended
        self._unpacker = make()

    def read(self, size: int) -> bytes:
        """Raises OSError for broken data, EOFError where the data ends too early."""
        while True:
            fed = b""
            if self._unpacker.eof:
                fed = (self._unpacker.unused_data or self._source.read(_CHUNK_BYTES)).lstrip(b"\0")
                if not fed:
                    return b""
                self._unpacker = self._make()
            elif self._unpacker.needs_input:
                fed = self._source.read(_CHUNK_BYTES)
                if not fed:
                    if self._open_ended:
                        return b""
                    raise EOFError("it ends too early")
            if data := self._decompressed(fed, size):
                return data

    def _decompressed(self, fed: bytes, size: int) -> bytes:
        try:
            return bytes(self._unpacker.decompress(fed, size))
        except (OSError, EOFError, MemoryError):
            raise
        except Exception as error:  # each library has a class of its own
            raise OSError(str(error)) from None

    def close(self) -> None:
        self._source.close()


class Checked(io.RawIOBase):
    """A stream of which the length and the CRC are known; what is longer is cut off."""

    def __init__(self, stream: Any, size: int, crc: int) -> None:
        self._stream = stream
        self._left, self._wanted, self._crc = size, crc, 0

    def read(self, size: int = -1) -> bytes:
        """Raises OSError at the end where the CRC is another."""
        data: bytes = self._stream.read(min(size, self._left)) if self._left else b""
        self._left -= len(data)
        self._crc = zlib.crc32(data, self._crc)
        if (not data or not self._left) and self._crc != self._wanted:
            raise OSError("the sum of a member is wrong")
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()
