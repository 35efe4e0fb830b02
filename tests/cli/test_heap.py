"""Threads of a process that lives long share one heap."""

import subprocess
import sys

import pytest

_PROGRAM = """
import ctypes, threading
from gristmill.cli.heap import share_one_heap
if {shared}:
    share_one_heap()
barrier = threading.Barrier(4)
def work():
    blocks = [bytearray(10_000) for _ in range(10)]
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heaps")
@pytest.mark.parametrize("shared", [True, False])
def test_threads_get_heaps_of_their_own_only_where_they_do_not_share_one(shared: bool) -> None:
    program = _PROGRAM.format(shared=shared)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ("Arena 1:" not in done.stderr) is shared
