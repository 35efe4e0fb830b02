"""Getting a document's bytes: all of them, or a reason; and never a wait."""

import io
import os
import socket
from pathlib import Path

import pytest
from support.arming import arm
from support.descriptors import open_below
from support.job_samples import queued

from gristmill.pool.worker.documents.reading import read
from gristmill.schemas.jobs.sources import InlineText, Located, Spooled, StoredSource
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.schemas.problems.errors import DocumentError
from gristmill.storage.layout import DataFolder
from gristmill.storage.spool import Spool
from gristmill.storage.stores import Stores


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def spool(folder: DataFolder) -> Spool:
    return Spool(folder)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "root" / "a.txt"
    file.parent.mkdir()
    file.write_bytes(b"0123456789")
    return file


def _read(
    source: StoredSource, spool: Spool, *, path: Path | None = None, limit: int = 100
) -> bytes:
    document = PlannedDocument(0, "uri", 0, path=str(path) if path else None)
    return read(document, queued(source), Stores(spool._folder), limit)


def _code(source: StoredSource, spool: Spool, **more: object) -> str:
    """The code that reading fails with."""
    with pytest.raises(DocumentError) as caught:
        _read(source, spool, **more)  # type: ignore[arg-type]
    assert caught.value.message
    return caught.value.document_code


def _in_folder(file: Path) -> Located:
    return Located(str(file.parent), str(file.parent))


def test_a_text_is_read_from_the_manifest(spool: Spool) -> None:
    assert _read(InlineText("a", "gruß"), spool) == "gruß".encode()
    assert _code(InlineText("a", None), spool) == DocumentCode.FETCH_ERROR


def test_an_upload_is_read_from_the_spool_until_it_is_dropped(spool: Spool) -> None:
    stored = spool.store(io.BytesIO(b"flour"), 9, uri="a", media_type=None)
    assert _read(stored, spool) == b"flour"
    spool.discard([stored])
    assert _code(stored, spool) == DocumentCode.FETCH_ERROR


def test_each_upload_of_a_job_is_read_from_its_part_of_the_file(spool: Spool) -> None:
    with spool.storing("c0ffee") as spooling:
        for data in (b"flour", b"", b"bran"):
            spooling.add(io.BytesIO(data), 9, uri="a", media_type=None)
    assert [_read(stored, spool) for stored in spooling.stored] == [b"flour", b"", b"bran"]
    assert _code(spooling.stored[0], spool, limit=4) == DocumentCode.TOO_LARGE


def test_an_upload_that_format_1_kept_in_a_file_of_its_own_is_read(
    spool: Spool, folder: DataFolder
) -> None:
    old = Spooled("a", "ab" * 32, "c0ffee", 5)
    folder.upload_path(old).parent.mkdir()
    folder.upload_path(old).write_bytes(b"flour")
    assert _read(old, spool) == b"flour"
    spool.discard([old])
    assert _code(old, spool) == DocumentCode.FETCH_ERROR


def test_a_file_is_read_from_where_planning_found_it(spool: Spool, file: Path) -> None:
    assert _read(_in_folder(file), spool, path=file) == b"0123456789"
    assert _read(Located(str(file), str(file.parent)), spool) == b"0123456789"


@pytest.mark.parametrize(("limit", "fits"), [(9, False), (10, True), (11, True)])
def test_a_file_over_the_limit_is_too_large(
    spool: Spool, file: Path, limit: int, fits: bool
) -> None:
    if fits:
        assert len(_read(_in_folder(file), spool, path=file, limit=limit)) == 10
    else:
        code = _code(_in_folder(file), spool, path=file, limit=limit)
        assert code == DocumentCode.TOO_LARGE


def test_a_file_that_claims_to_be_empty_is_read_to_the_limit_only(spool: Spool) -> None:
    endless = Path("/proc/self/status")
    if not endless.exists():
        pytest.skip("needs a file whose size is unknown beforehand")
    assert _code(_in_folder(endless), spool, path=endless, limit=5) != DocumentCode.FETCH_ERROR


def test_an_enormous_file_is_refused_unread(spool: Spool, file: Path) -> None:
    os.truncate(file, 1 << 40)
    assert _code(_in_folder(file), spool, path=file) == DocumentCode.TOO_LARGE


def test_a_file_that_vanished_cannot_be_fetched(spool: Spool, file: Path) -> None:
    file.unlink()
    assert _code(_in_folder(file), spool, path=file) == DocumentCode.FETCH_ERROR


@pytest.mark.parametrize("somebody", ["nobody", "reader", "writer"])
def test_a_named_pipe_in_the_files_place_holds_up_nobody(
    spool: Spool, file: Path, somebody: str
) -> None:
    file.unlink()
    os.mkfifo(file)
    flags = {"nobody": None, "reader": os.O_RDONLY | os.O_NONBLOCK, "writer": os.O_RDWR}[somebody]
    other = None if flags is None else os.open(file, flags)
    try:
        assert _code(_in_folder(file), spool, path=file) == DocumentCode.FETCH_ERROR
    finally:
        if other is not None:
            os.close(other)


def test_a_folder_or_socket_in_the_files_place_cannot_be_fetched_and_leaves_nothing_open(
    spool: Spool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.unlink()
    file.mkdir()
    assert _code(_in_folder(file), spool, path=file) == DocumentCode.FETCH_ERROR
    file.rmdir()
    monkeypatch.chdir(file.parent)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(file.name)
        assert _code(_in_folder(file), spool, path=file) == DocumentCode.FETCH_ERROR
    assert open_below(file.parent) == []


def test_a_link_changed_since_planning_is_not_followed_out_of_the_root(
    spool: Spool, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    file.unlink()
    file.symlink_to(tmp_path / "secret.txt")
    assert _code(_in_folder(file), spool, path=file) == DocumentCode.UNSUPPORTED


def test_a_link_to_itself_cannot_be_fetched(spool: Spool, file: Path) -> None:
    file.unlink()
    file.symlink_to(file)
    assert _code(_in_folder(file), spool, path=file) == DocumentCode.FETCH_ERROR


@pytest.mark.parametrize(("error", "transient"), [("eio", True), ("enoent", False)])
def test_only_what_may_pass_is_worth_another_try(
    spool: Spool, file: Path, monkeypatch: pytest.MonkeyPatch, error: str, transient: bool
) -> None:
    arm(monkeypatch, f"document.read={error}")
    with pytest.raises(DocumentError) as caught:
        _read(_in_folder(file), spool, path=file)
    assert caught.value.document_code == DocumentCode.FETCH_ERROR
    assert caught.value.transient is transient


@pytest.mark.parametrize("link", [False, True])
def test_what_belongs_to_the_service_is_no_document(
    spool: Spool, tmp_path: Path, link: bool
) -> None:
    secret = tmp_path / "data" / "run" / "authkey"
    secret.write_text("a secret")
    path = tmp_path / "notes.txt" if link else secret
    if link:
        path.symlink_to(secret)
    everything = Located(str(tmp_path), str(tmp_path))
    assert _code(everything, spool, path=path) == DocumentCode.UNSUPPORTED
