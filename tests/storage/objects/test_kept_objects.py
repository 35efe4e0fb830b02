"""Originals in a bucket: what holds of files holds of objects."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library_samples import succeeded
from support.object_store import ObjectStore, object_store

from gristmill.schemas.ids import document_id
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.library.catalogue_role import Renamed
from gristmill.storage.originals import Originals, drop_strays

pytestmark = pytest.mark.cluster
DATA = b"the quick brown fox"
LATER_S = 3600.0


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture
def folder(store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    for name, value in store.env.items():
        monkeypatch.setenv(name, value)
    return DataFolder.open(tmp_path / "data", objects=f"s3://{store.bucket}/{tmp_path.name}")


def _keep(folder: DataFolder, uri: str, data: bytes = DATA) -> tuple[str, str]:
    """Keep the original of a document; returns its id and its digest."""
    digest = succeeded(uri=uri, texts=(data.decode(),)).sha256
    assert digest is not None
    Originals(folder).keep("default", uri, digest, data)
    return document_id("default", uri), digest


def _keys(store: ObjectStore, folder: DataFolder) -> list[str]:
    return store.keys(f"{folder.objects.rpartition('/')[2]}/originals")


def test_what_is_kept_is_an_object_and_no_file_and_is_read_by_its_range(
    store: ObjectStore, folder: DataFolder
) -> None:
    document, digest = _keep(folder, "a.txt")
    originals = Originals(folder)
    assert len(_keys(store, folder)) == 1 and not folder.originals.exists()
    name = originals.path(document, digest)
    assert name is not None
    assert originals.read(name, 1000) == DATA
    assert originals.read(name, 4) == DATA[:4]
    with originals.as_file(name) as path:
        assert path.read_bytes() == DATA and path.stat().st_mode & 0o077 == 0
    assert not path.exists()
    assert originals.path(document, "0" * 64) is None
    originals.drop(document)
    originals.drop(document)
    assert _keys(store, folder) == [] and originals.path(document, digest) is None


def test_a_file_of_the_time_before_is_read_where_it_is(folder: DataFolder) -> None:
    before = DataFolder.at(folder.root)
    document, digest = _keep(before, "a.txt")
    originals = Originals(folder)
    name = originals.path(document, digest)
    assert name is not None and name.is_file() and originals.read(name, 9) is None
    with originals.as_file(name) as path:
        assert path == name


def test_what_no_document_came_from_is_dropped_by_age_and_only_by_its_owner(
    store: ObjectStore, folder: DataFolder, tmp_path: Path
) -> None:
    with Library.open(folder.library) as library:
        library.commit([succeeded(uri="a.txt", texts=(DATA.decode(),))])
    _keep(folder, "a.txt")
    _keep(folder, "a.txt", b"replaced")
    _keep(folder, "gone.txt", b"gone")
    assert drop_strays(folder, time.time() - LATER_S) == 0
    assert drop_strays(folder, time.time() + LATER_S) == 2
    assert len(_keys(store, folder)) == 1
    other = DataFolder.open(tmp_path / "other", objects=folder.objects)
    assert drop_strays(other, time.time() + LATER_S) == 0
    assert len(_keys(store, folder)) == 1


def test_a_document_of_another_name_has_its_original_as_well(
    store: ObjectStore, folder: DataFolder
) -> None:
    document, digest = _keep(folder, "a.txt")
    new = document_id("other", "a.txt")
    Originals(folder).link_all([Renamed(document, new, digest)])
    name = Originals(folder).path(new, digest)
    assert name is not None and Originals(folder).read(name, 1000) == DATA
    assert len(_keys(store, folder)) == 2


def test_a_store_that_is_away_is_an_error_of_the_disk(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(OSError, match="object store"):
        _keep(folder, "a.txt")
