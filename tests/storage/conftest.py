"""A library of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gristmill.storage.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.db") as opened:
        yield opened
