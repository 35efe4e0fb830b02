"""The compressed RTF of MAPI ([MS-OXRTFCP]): Lempel-Ziv over a ring of 4 KiB.

The packages for it give up at the first damaged byte and check nothing but a sum of it; a text that
was cut off is better read as far as it goes.
"""

_RING = 4096
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_HEADER = 16
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"


def decompressed(data: bytes) -> bytes:
    """The RTF; empty for what is none. Grows at most ninefold: two bytes stand for 17 at most."""
    kind, content = data[8:12], data[_HEADER:]
    if kind == _PLAIN:
        return content[: int.from_bytes(data[4:8], "little")]
    return _unpacked(content) if kind == _COMPRESSED else b""


def _unpacked(content: bytes) -> bytes:
    out = bytearray(_START)  # the ring is the end of what came out, which begins with this
    at, end = 0, len(content)
    while at < end:
        control = content[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if not control >> bit & 1:
                out.append(content[at])
                at += 1
                continue
            token = int.from_bytes(content[at : at + 2], "big")
            at += 2
            back = (len(out) - (token >> 4)) % _RING
            if at > end or back == 0:
                return bytes(out[len(_START) :])
            _repeat(out, back, (token & 0xF) + 2)
    return bytes(out[len(_START) :])


def _repeat(out: bytearray, back: int, length: int) -> None:
    """What is further back than the beginning has never been written: blanks."""
    for _ in range(length):
        out.append(out[-back] if back <= len(out) else 0x20)
