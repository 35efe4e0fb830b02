"""All that the library has of a document beside its row, as one compressed value."""

import zlib

import msgspec

_Text = str | None


class Contents(msgspec.Struct, frozen=True, array_like=True):
    """`chunks` are rows without their numbers: headings, page, first, last, text, annotations,
    regions. `vectors` are of chunks by their place, and of `model`. `version` and `signature` are
    as their tables have them."""

    chunks: list[tuple[_Text, int | None, int, int, str, _Text, bytes | None]]
    structure: bytes | None = None
    model: str | None = None
    vectors: list[tuple[int, bytes, float | None]] = []
    version: tuple[str, int, str, bytes] | None = None
    signature: tuple[str, bytes] | None = None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Contents).decode


def packed(contents: Contents) -> bytes:
    return zlib.compress(_encode(contents), 1)


def unpacked(stored: bytes) -> Contents:
    """Raises msgspec.DecodeError for what `packed` did not make."""
    try:
        return _decode(zlib.decompress(stored))
    except (zlib.error, ValueError, TypeError) as error:
        raise msgspec.DecodeError(f"a deleted document: {error}") from None


def is_sound(stored: bytes) -> bool:
    try:
        unpacked(stored)
    except msgspec.DecodeError:
        return False
    return True
