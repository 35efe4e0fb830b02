"""Images whose first bytes are not the same in all files of a format."""

import re
import struct

IMAGE_BYTES = frozenset(b"RBP\x00")
"""With which they begin."""

_PNM = re.compile(rb"P[1-7](?:\s+|\s*#[^\n]*\n)+\d+\s+\d+\s|P7\nWIDTH ")
_BMP_HEADER_AT = 14
_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
}


def image_kind(data: bytes) -> str | None:
    """The media type of a WebP, BMP, PNM, AVIF or HEIC image, else None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if (
        data[:2] == b"BM"
        and len(data) > 26
        and struct.unpack_from("<I", data, 14)[0] in _BMP_HEADERS
    ):
        return "image/bmp"
    if data[4:8] == b"ftyp":
        # A file of `mif1` (ISO 23008-12) may name in a later brand what it is made of.
        brands = [data[8:12], *(data[at : at + 4] for at in range(16, min(64, data[3]), 4))]
        kinds = [_BRANDS[each] for each in brands if each in _BRANDS]
        return "image/avif" if "image/avif" in kinds else kinds[0] if kinds else None
    if _PNM.match(data[:256]):
        return "image/x-portable-anymap"
    return None
