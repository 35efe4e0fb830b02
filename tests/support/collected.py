"""A pytest plugin: what collecting makes is never looked through by the garbage collector.

Seven thousand tests are some millions of objects that live to the end; with each that a test made,
they would be gone through again: a fifth of all that a run of small tests takes.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
