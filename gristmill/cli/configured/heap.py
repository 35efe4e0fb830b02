"""How the C library lays out the memory of a process that lives long."""

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
"""`M_ARENA_MAX`, `M_MMAP_THRESHOLD` of glibc's malloc.h."""
_OWN_PAGES_BYTES = 64 * 1024


def keep_heap_small() -> None:
    """Have less memory kept that was free once, where the C library can be told so.

    All threads to come take memory from one heap: glibc gives them one each, up to eight a core,
    and each keeps what was ever free in it; that is several MB for the threads of a supervisor,
    which hold Python's lock while they allocate anyway. And large blocks stay outside of the heap:
    glibc puts them into it once one was given back, and what comes behind one keeps its room.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_ARENA_MAX, 1)
            mallopt(_MMAP_THRESHOLD, _OWN_PAGES_BYTES)
