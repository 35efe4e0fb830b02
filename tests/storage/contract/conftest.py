"""The stores that the contract is tried on, each test with empty ones of its own."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.object_store import ObjectStore, object_store
from support.postgres_server import PostgresServer, postgres_server
from support.store_sets import (
    JOB_STORES,
    LIBRARIES,
    JobStores,
    Opener,
    in_bucket,
    in_postgres,
)

from gristmill.storage.library import AllRoles
from gristmill.storage.manifests import Manifests
from gristmill.storage.records.keys import Keys
from gristmill.storage.spool import Spool


@pytest.fixture(scope="session")
def database_server() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(
    scope="session", params=[*LIBRARIES, pytest.param("postgres", marks=pytest.mark.cluster)]
)
def new_library(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Opener]:
    """Makes an empty library; each call another one."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("database_server")
        return lambda: in_postgres(tmp_path_factory.mktemp("postgres"), server.new_library())
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


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture(params=[*JOB_STORES, pytest.param("s3", marks=pytest.mark.cluster)])
def open_stores(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], JobStores]:
    """Opens the one set of job stores of a test."""
    if request.param in JOB_STORES:
        return JOB_STORES[request.param](tmp_path)
    server: ObjectStore = request.getfixturevalue("bucket_server")
    for name, value in server.env.items():
        monkeypatch.setenv(name, value)
    return in_bucket(tmp_path, f"s3://{server.bucket}/{secrets.token_hex(8)}/of-a-test")


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
