"""Strings that pdfium writes into a buffer of the caller's."""

import ctypes
from collections.abc import Callable
from typing import Any

LONGEST_STRING_BYTES = 4 * 1024 * 1024


def utf16_of(ask: Callable[[Any, int], int]) -> str:
    """What `ask(buffer, bytes)` writes as UTF-16LE; empty where there is nothing, or far too
    much. It returns the bytes that it needs, with a final zero."""
    size = ask(None, 0)
    if not 2 < size <= LONGEST_STRING_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "ignore")


def bytes_of(ask: Callable[[Any, int, Any], int], most: int) -> bytes | None:
    """What `ask(buffer, bytes, needed)` writes; None where it fails or is over `most`."""
    needed = ctypes.c_ulong()
    if not ask(None, 0, needed) or needed.value > most:
        return None
    buffer = ctypes.create_string_buffer(max(1, needed.value))
    if not ask(buffer, needed.value, needed):
        return None
    return buffer.raw[: needed.value]
