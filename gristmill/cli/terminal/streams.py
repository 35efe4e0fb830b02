"""Standard streams that were closed before the program began (`>&-`)."""

import os
import sys

_STREAMS = (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
"""How each is opened, and how what takes the place of a closed one is. Writing to standard output
still fails: what was asked for got lost."""
_closed: set[int] = set()


def fill_closed_streams() -> None:
    """Occupy the descriptors that are closed: the next file that is opened, such as the library,
    would get them, and the text that belongs there."""
    for descriptor, (name, mode, flags) in enumerate(_STREAMS):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest number that is free: this one.
            os.open(os.devnull, flags)
            _closed.add(descriptor)
        if getattr(sys, name) is None:
            stream = open(descriptor, mode, closefd=False)  # noqa: SIM115
            # Also what multiprocessing puts back when its server ends.
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def input_was_closed() -> bool:
    return 0 in _closed


def output_was_closed() -> bool:
    return 1 in _closed


def drop_output() -> None:
    """Let what is still to be written to standard output, and what waits for it, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
