"""The stores that the contract is tried on, each test with empty ones of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.store_sets import JOB_STORES, LIBRARIES, JobStores, Opener

from gristmill.storage.keys import Keys
from gristmill.storage.library import AllRoles
from gristmill.storage.manifests import Manifests
from gristmill.storage.spool import Spool


@pytest.fixture(scope="session", params=LIBRARIES)
def new_library(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Opener]:
    """Makes an empty library; each call another one."""
    make = LIBRARIES[request.param]
    return lambda: make(tmp_path_factory.mktemp(request.param))


@pytest.fixture
def open_library(new_library: Callable[[], Opener]) -> Opener:
    """Opens the one library of a test."""
    return new_library()


@pytest.fixture
def library(open_library: Opener) -> Iterator[AllRoles]:
    with open_library() as opened:
        yield opened


@pytest.fixture(params=JOB_STORES)
def open_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], JobStores]:
    """Opens the one set of job stores of a test."""
    return JOB_STORES[request.param](tmp_path)


@pytest.fixture
def stores(open_stores: Callable[[], JobStores]) -> JobStores:
    return open_stores()


@pytest.fixture
def manifests(stores: JobStores) -> Manifests:
    return stores.manifests


@pytest.fixture
def keys(stores: JobStores) -> Keys:
    return stores.keys


@pytest.fixture
def spool(stores: JobStores) -> Spool:
    return stores.spool
