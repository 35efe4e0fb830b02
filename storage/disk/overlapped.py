"""Waits for the disk that overlap: several files are synced in about the time of one.

Measured on two cores, ext4, manifests of 700 bytes written, synced and renamed: one thread 3,600
files a second, four threads 5,500 to 7,200, sixteen 6,800. One after another with a sync of the
folder for each: 2,000.
"""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

LANES = 4
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def overlapped(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
    """What `work` returns for each item, in their order. Once this returns or raises, no thread
    is at work on any of them."""
    if len(items) < 2:
        return [work(item) for item in items]
    from concurrent.futures import wait

    lanes = min(LANES, len(items))
    threads = _threads(os.getpid())
    futures = [threads.submit(_each, work, items[lane::lanes]) for lane in range(lanes)]
    try:
        parts = [future.result() for future in futures]
    finally:
        wait(futures)
    return [parts[number % lanes][number // lanes] for number in range(len(items))]


def _each(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
    return [work(item) for item in items]


@lru_cache(maxsize=1)
def _threads(_pid: int) -> "ThreadPoolExecutor":
    """Those of this process: a forked child has none of its parent's threads."""
    # Not with this module: a search imports it, and writes nothing.
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(LANES, thread_name_prefix="disk")
