"""One service for a module of attacks: it has to bear them all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.attacking import many_lines
from support.running import Service, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.attack)


@pytest.fixture(autouse=True, scope="session")
def lines() -> Iterator[None]:
    with many_lines():
        yield


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that path sources may name, with long names and a deep way."""
    root = tmp_path_factory.mktemp("root")
    for number in range(20):
        (root / f"{'a' * 200}{number}.txt").write_text(f"note {number}")
    deep = root
    for number in range(30):
        deep /= "d"
        deep.mkdir()
        (deep / "f.txt").write_text(f"deep note {number}")
    return root


@pytest.fixture(scope="module")
def service(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("attacked") / "data"
    with running(data, "--workers", "2", "--allow-root", os.fspath(root)) as service:
        yield service
