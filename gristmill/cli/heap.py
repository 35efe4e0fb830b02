"""How the C library lays out the memory of a process that lives long."""

import ctypes
import sys

_ARENA_MAX = -8
"""`M_ARENA_MAX` of glibc's malloc.h."""


def share_one_heap() -> None:
    """Have all threads to come take memory from one heap, where the C library can be told so.

    glibc gives them one each, up to eight a core, and each keeps what was ever free in it: several
    MB for the threads of a supervisor, which hold Python's lock while they allocate anyway.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_ARENA_MAX, 1)
