"""The ids that this process gives to the jobs it accepts.

Hundreds of them in a row have the same tag, the digits that name a batch file: their manifests
share files and writes (`storage.manifests.batches`).
"""

import os
import secrets
import threading
import time
from functools import lru_cache

from gristmill.schemas.ids import uuid7

JOBS_A_TAG = 512


def new_job_id() -> str:
    """The next id: of now, and no other job's."""
    return _series(os.getpid()).next()


class _Series:
    """Ids with a tag of 48 random bits, numbered. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tag, self._number = 0, JOBS_A_TAG

    def next(self) -> str:
        with self._lock:
            if self._number == JOBS_A_TAG:
                self._tag, self._number = secrets.randbits(48), 0
            random_62 = self._number << 48 | self._tag
            self._number += 1
        return uuid7(time.time_ns(), random_62)


@lru_cache(maxsize=1)
def _series(_pid: int) -> _Series:
    """That of this process: a forked child would number its jobs as its parent does."""
    return _Series()
