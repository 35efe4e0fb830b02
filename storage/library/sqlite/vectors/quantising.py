"""Vectors as eight-bit numbers: a quarter of the room, and what is near stays near."""

import sys
from array import array
from math import isfinite

from gristmill.schemas.outcomes.results import unpack_floats

_MOST = 127


def quantised(floats: bytes) -> tuple[float, bytes]:
    """A vector of 32-bit floats, little-endian, as a scale and one signed byte for each number:
    the number is byte times scale. One that is nothing, or not finite, becomes zeros."""
    numbers = array("f", floats)
    if sys.byteorder == "big":
        numbers.byteswap()
    most = max(max(numbers, default=0.0), -min(numbers, default=0.0))
    if not (most > 0 and isfinite(most)):
        return 0.0, bytes(len(numbers))
    factor = _MOST / most
    # One that is no number would fail the commit of a whole batch.
    bounded = [round(n * factor) if n == n else 0 for n in numbers]
    return most / _MOST, array("b", bounded).tobytes()


def restored(vector: bytes, scale: float) -> list[float]:
    """The numbers, with no more digits than they are good for."""
    return [float(f"{number * scale:.4g}") for number in array("b", vector)]


def numbers_of(vector: bytes | None, scale: float | None) -> list[float] | None:
    """The numbers of a vector as it is kept, in either form."""
    if vector is None:
        return None
    return unpack_floats(vector) if scale is None else restored(vector, scale)
