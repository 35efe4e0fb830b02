"""Uploads in a bucket, beyond what the contract of spools says."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.object_store import ObjectStore, object_store
from support.running import ask

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import DataFolderUnusable, StorageFailed
from gristmill.storage.layout import DataFolder
from gristmill.storage.objects import bucket
from gristmill.storage.objects.uploads import UploadObjects
from gristmill.storage.spool import Spool
from gristmill.storage.stores import Stores

MIB = 1024 * 1024
Folder = Callable[..., DataFolder]


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture
def folder(
    server: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], DataFolder]:
    """Makes data folders that share a bucket, and the prefix of this test."""
    for name, value in server.env.items():
        monkeypatch.setenv(name, value)
    address = f"s3://{server.bucket}/{tmp_path.name}"
    return lambda name: DataFolder.open(tmp_path / name, objects=address)


def test_without_the_package_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "find_spec", lambda _: None)
    with pytest.raises(DataFolderUnusable, match=r"pip install 'gristmill\[s3\]'"):
        Stores.of(Settings(data=str(tmp_path / "data"), spool="s3://mill/x"))
    assert Stores.of(Settings(data=str(tmp_path / "data"))).spool


def test_nothing_of_object_stores_is_imported_where_uploads_are_files() -> None:
    code = (
        "import sys\nfrom gristmill.storage.spool import Spool\n"
        "from gristmill.storage.layout import DataFolder\nSpool(DataFolder.at('x'))\n"
        "print([name for name in sys.modules if 'obstore' in name or 'objects' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize(
    ("endpoint", "plain"),
    [
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000", True),
        ("http://10.0.0.1:9000", False),
        ("http://store:9000", False),
        (None, False),
    ],
)
def test_documents_go_without_tls_on_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, endpoint: str | None, plain: bool
) -> None:
    monkeypatch.delenv("AWS_ALLOW_HTTP", raising=False)
    assert bucket.may_be_plain(endpoint) is plain
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    assert bucket.may_be_plain(endpoint)


def test_a_backup_says_that_it_has_no_objects(tmp_path: Path) -> None:
    data = Stores.open(tmp_path / "data").folder.root
    for spool, told in (("s3://mill/x", True), ("", False)):
        target = str(tmp_path / f"copy{told}")
        code, _, text = ask("backup", target, data=data, env={"GRISTMILL_SPOOL": spool})
        assert code == 0, text
        assert ("the uploads in s3://mill/x are not in this backup" in text) is told


@pytest.mark.cluster
def test_what_is_sent_in_parts_comes_back_whole(folder: Folder) -> None:
    spool = Spool(folder("data"))
    sent = [bytes([number]) * (7 * MIB) for number in range(3)]
    with spool.storing("c0ffee") as spooling:
        for each in sent:
            spooling.add(io.BytesIO(each), 8 * MIB, uri=None, media_type=None)
    assert [spool.read(each, 8 * MIB) for each in spooling.stored] == sent


@pytest.mark.cluster
def test_one_data_folder_looks_after_a_prefix_and_no_other(folder: Folder) -> None:
    first, second = folder("first"), folder("second")
    assert UploadObjects(first).are_ours()
    assert not UploadObjects(second).are_ours()
    assert UploadObjects(folder("first")).are_ours()


@pytest.mark.cluster
def test_trouble_says_what_it_is_and_no_secret(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    spool = Spool(folder("data"))
    with pytest.raises(StorageFailed, match="object store cannot be reached") as refused:
        spool.store(io.BytesIO(b"flour"), 9, uri="a", media_type=None)
    chain = repr(refused.value.__cause__) + str(refused.value)
    assert "flour" not in chain and "bran" not in chain
