"""Bounds on time in tests, by the CPU's clock: what else the machine does has no say."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """In so much time of the CPU: far more than it takes, far less than without the limit."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds
