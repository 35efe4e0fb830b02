"""Archives beyond the usual ones: other compressions of zip, zstd, and what libarchive reads."""

import importlib
import io
import sys
import zipfile
from typing import Any

import pytest
from support.writers.archive_writer import tarred

from gristmill.pipeline.containers.members import members, open_member
from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.mail.outlook import outlook_data
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking import foreign, zstd
from gristmill.pipeline.unpacking.inflating import Account
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
TEXT = b"The mill stands by the river. " * 100
BOMB = bytes(17 * 1024 * 1024)


def zipped(files: dict[str, bytes], method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _libarchive() -> Any:
    """Its Python package is there without the system's library."""
    try:
        return importlib.import_module("libarchive")
    except Exception as error:
        pytest.skip(f"no libarchive: {error}")


def archived(files: dict[str, bytes], form: str, packing: str | None = None) -> bytes:
    libarchive: Any = _libarchive()
    out: list[bytes] = []

    def write(piece: bytes) -> int:
        out.append(bytes(piece))
        return len(piece)

    with libarchive.custom_writer(write, form, packing) as archive:
        for name, data in files.items():
            archive.add_file_from_memory(name, len(data), data)
    return b"".join(out)


def failure(data: bytes, path: str = "a.txt") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        open_member(data, path, LIMITS)
    return caught.value


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip_members_in_other_compressions_are_read_within_budgets(method: int) -> None:
    data = zipped({"a.txt": TEXT, "empty.txt": b""}, method)
    assert open_member(data, "a.txt", LIMITS) == TEXT
    assert open_member(data, "empty.txt", LIMITS) == b""
    assert failure(zipped({"a.txt": BOMB}, method)).document_code == "too_large"
    at = data.index(b"a.txt") + 30
    damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    assert failure(damaged).document_code == "parse_error"


def test_a_zip_member_that_lies_about_its_sum_is_broken() -> None:
    data = bytearray(zipped({"a.txt": TEXT}, zipfile.ZIP_BZIP2))
    data[data.index(b"PK\x01\x02") + 16] ^= 0xFF
    assert failure(bytes(data)).document_code == "parse_error"


def test_a_compression_that_is_not_read_is_named() -> None:
    data = bytearray(zipped({"a.txt": TEXT}, zipfile.ZIP_STORED))
    for mark, at in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        data[data.index(mark) + at] = 9
    error = failure(bytes(data))
    assert error.document_code == "unsupported" and "Deflate64" in error.message


def test_zstd_is_read_within_budgets() -> None:
    library: Any = pytest.importorskip("backports.zstd")
    data = library.compress(TEXT) + library.compress(b"More.")
    assert detect(data) == "application/zstd"
    assert [each.path for each in members(Blob(data, "a.txt.zst"), LIMITS)] == ["a.txt"]
    assert open_member(data, "a.txt", LIMITS) == TEXT + b"More."
    packed = library.compress(tarred({"x/a.txt": TEXT}))
    assert open_member(packed, "x/a.txt", LIMITS) == TEXT
    assert failure(library.compress(BOMB)).document_code == "too_large"
    assert failure(data[:-3]).document_code == "parse_error"


def test_zstd_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zstd, "_MODULES", ("no.such.module",))
    error = failure(b"\x28\xb5\x2f\xfd rest")
    assert error.document_code == "unsupported" and "gristmill[archives]" in error.message


def test_a_7z_archive_gives_its_files_by_safe_names() -> None:
    data = archived({"отчёт.txt": TEXT, "../x/b.txt": b"2"}, "7zip")
    assert detect(data, "a.zip") == "application/x-7z-compressed"
    found = list(members(Blob(data, "a.7z"), LIMITS))
    assert [member.path for member in found] == ["отчёт.txt", "x/b.txt"]
    assert open_member(data, "x/b.txt", LIMITS) == b"2"
    assert open_member(data, "отчёт.txt", LIMITS) == TEXT


def test_a_solid_archive_pays_for_what_it_passes_over() -> None:
    with pytest.raises(DocumentError) as caught:
        list(members(Blob(archived({"bomb": BOMB, "a.txt": b"1"}, "7zip"), "a.7z"), LIMITS))
    assert caught.value.document_code == "too_large"


def test_a_broken_7z_archive_is_told() -> None:
    data = archived({"a.txt": TEXT}, "7zip")
    for broken in (data[:-10], data[:40], data[:32] + bytes([data[32] ^ 0xFF]) + data[33:]):
        assert failure(broken).document_code == "parse_error"


@pytest.mark.parametrize("packing", ["lz4", "lzip", "compress"])
def test_streams_that_libarchive_undoes_are_files_or_tar_archives(packing: str) -> None:
    data = archived({"a.txt": TEXT}, "gnutar", packing)
    assert open_member(data, "a.txt", LIMITS) == TEXT
    alone = archived({"a.txt": TEXT}, "raw", packing)
    name = {"lz4": "n.txt.lz4", "lzip": "n.txt.lz", "compress": "n.txt.Z"}[packing]
    assert [member.path for member in members(Blob(alone, name), LIMITS)] == ["n.txt"]
    assert open_member(alone, "n.txt", LIMITS) == TEXT


def test_a_member_that_the_archive_has_gone_on_from_is_not_read() -> None:
    data = archived({"a.txt": TEXT, "b.txt": b"2"}, "7zip")
    found = list(foreign.foreign_members(data, foreign.SEVEN_ZIP, Account(len(data), LIMITS)))
    with pytest.raises(ValueError, match="gone on"):
        found[0].stream.read()


@pytest.mark.parametrize("head", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01"])
def test_without_libarchive_it_is_said_what_to_install(
    head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "libarchive", None)
    foreign._library.cache_clear()
    try:
        error = failure(head + bytes(100))
    finally:
        foreign._library.cache_clear()
    assert error.document_code == "unsupported" and "libarchive13" in error.message


def test_outlook_data_files_are_told_to_be_unsupported() -> None:
    data = b"!BDN" + bytes(100)
    assert detect(data, "mails.pst") == "application/vnd.ms-outlook-pst"
    with pytest.raises(DocumentError) as caught:
        outlook_data.parse(Blob(data), LIMITS)
    assert caught.value.document_code == "unsupported" and ".eml" in caught.value.message
