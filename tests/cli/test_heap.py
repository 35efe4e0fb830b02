"""A process that lives long does not keep all that was free once."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's heaps")

_START = """
import ctypes, threading
from gristmill.cli.configured.heap import keep_heap_small
if {small}:
    keep_heap_small()
"""
_THREADS = """
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
_LARGE_BLOCKS = """
for _ in range(2):
    block = None
    block = bytearray(300_000)
ctypes.CDLL(None).malloc_stats()
"""


def _heap(program: str, small: bool) -> str:
    """What glibc says of the heap at the end of a program."""
    command = [sys.executable, "-c", _START.format(small=small) + program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


@pytest.mark.parametrize("small", [True, False])
def test_threads_get_heaps_of_their_own_only_where_they_do_not_share_one(small: bool) -> None:
    assert ("Arena 1:" not in _heap(_THREADS, small)) is small


def _in_main_heap(stats: str) -> int:
    """Bytes of the heap that are in use."""
    arena = stats.partition("Arena 0:")[2].partition("Total")[0]
    return int(arena.partition("in use bytes")[2].split()[1])


def test_large_blocks_come_into_the_heap_only_where_they_may() -> None:
    used = {small: _in_main_heap(_heap(_LARGE_BLOCKS, small)) for small in (True, False)}
    assert used[False] - used[True] > 200_000
