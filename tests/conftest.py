"""Fixtures that start the real program."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.running import Service, end

pytest_plugins = ("support.collected", "support.time_limit")
ROOM = 1 << 30
"""Bytes. Containers often have too little shared memory for a service to accept anything."""

# A busy machine is slow, which is no finding.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True, scope="session")
def only_settings_are_inherited() -> None:
    """What the tests take from the environment would be an unknown setting to a service; and what
    runs in the background of a shell has interrupts ignored, which its children inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.pop("GRISTMILL_TEST_PATIENCE", None)
    # Where it is set, every process of a test would compile every module anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


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


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A folder in memory where the system has enough of it: for tests that make thousands of files
    whose fsyncs need not cost what they cost."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    with tempfile.TemporaryDirectory(dir=memory if roomy else None) as folder:
        yield Path(folder)
