"""Fixtures that start the real program."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Service, end


@pytest.fixture
def make_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Makes services that end with the test: `make_service("--workers", "2", env={...})`. They
    share one data folder unless `data` is given."""
    services: list[Service] = []

    def make(*flags: str, data: Path | None = None, **more: object) -> Service:
        service = Service(data or tmp_path / "data", *flags, **more)  # type: ignore[arg-type]
        services.append(service)
        return service

    yield make
    for service in services:
        end(service)
