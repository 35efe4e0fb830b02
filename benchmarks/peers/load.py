"""Enqueues jobs of a peer from threads of one process and waits until all are done.

    python -m benchmarks.peers.load MODULE THREADS WARM_UP JOBS

Prints the seconds from the first job to the end of the last.
"""

import importlib
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

_LONGEST_S, _LOOK_S = 300.0, 0.005


def main(module: str, threads: str, warm_up: str, jobs: str) -> None:
    peer: Any = importlib.import_module(module)
    with ThreadPoolExecutor(int(threads)) as pool:
        _seconds(peer, pool, int(warm_up))
        sys.stdout.write(f"{_seconds(peer, pool, int(jobs))}\n")


def _seconds(peer: Any, pool: ThreadPoolExecutor, jobs: int) -> float:
    started = time.monotonic()
    for sent in [pool.submit(peer.enqueue) for _ in range(jobs)]:
        sent.result()
    _until_done(peer.left, started + _LONGEST_S)
    return time.monotonic() - started


def _until_done(left: Callable[[], int], deadline: float) -> None:
    """Two looks: a job that is just being taken may be seen nowhere."""
    empty = 0
    while empty < 2:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{left()} jobs were not done after {_LONGEST_S:g} s")
        empty = 0 if left() else empty + 1
        time.sleep(_LOOK_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
