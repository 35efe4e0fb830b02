"""How a chunk's regions are kept: page, left, top, right, bottom of each, in tenths of a point."""

from collections.abc import Sequence

import msgspec

from gristmill.schemas.outcomes.structure import Box, Region

_FARTHEST = 1e7
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[tuple[int, int, int, int, int]]).decode


def packed(regions: Sequence[Region]) -> bytes | None:
    """None where there are none."""
    if not regions:
        return None
    return _encode(
        [
            (region.page, *(round(place * 10) for place in region.box))
            for region in regions
            if all(abs(place) < _FARTHEST for place in region.box)
        ]
    )


def unpacked(stored: bytes | None) -> tuple[Region, ...]:
    """What was packed. Raises msgspec.DecodeError for anything else."""
    if stored is None:
        return ()
    return tuple(
        Region(page, Box(*(tenths / 10 for tenths in box))) for page, *box in _decode(stored)
    )
