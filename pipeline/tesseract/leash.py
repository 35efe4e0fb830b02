"""Runs a program that never outlives whoever started it.

`python leash.py PARENT MEMORY PROGRAM ARGUMENT ..`: PARENT is the pid of that process, MEMORY the
bytes of address space that the program may take. The kernel kills the program when PARENT is
gone, however that died. The signals that ask PARENT to stop do not reach the program: a page that
is cut off in the middle would look like a broken one. Run as a script of its own: a worker has
threads, and must not run code in a forked child.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
NOT_THERE = 127
"""The exit code where the program cannot be started, as shells have it."""


def main(parent: str, memory: str, *command: str) -> None:
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, signal.SIG_IGN)
    if sys.platform == "linux":
        import resource

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    if os.getppid() != int(parent):
        # It died before the kernel knew of our wish.
        os._exit(1)
    try:
        os.execv(command[0], command)
    except OSError:
        os._exit(NOT_THERE)


if __name__ == "__main__":
    main(*sys.argv[1:])
