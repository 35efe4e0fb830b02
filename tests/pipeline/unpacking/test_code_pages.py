"""Names whose encoding nobody wrote down."""

import io
import struct
import tarfile
import zipfile
import zlib

import pytest

from gristmill.pipeline.containers.members import members
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking.code_pages import names_of

SOME = [
    ("cp932", ["報告書.txt", "見積もり.txt"]),
    ("cp932", ["ソフトウェア仕様.txt"]),
    ("euc_jp", ["会議の資料.txt", "メモ.txt"]),
    ("gbk", ["项目计划.doc", "会议纪要.doc"]),
    ("gbk", ["联通.txt", "合同附件.pdf"]),
    ("big5", ["會議紀錄.doc", "報告.doc"]),
    ("cp949", ["회의록.hwp", "사업 계획서.hwp"]),
    ("cp866", ["Отчёт за март.txt", "ДОГОВОР.txt"]),
    ("cp1251", ["Отчёт за март.txt", "ДОГОВОР.txt"]),
    ("koi8_r", ["Отчёт за март.txt", "Протокол собрания.txt"]),
    ("cp737", ["Αναφορά έργου.txt"]),
    ("cp1253", ["Αναφορά έργου.txt", "Τιμολόγιο.txt"]),
    ("cp1255", ["דוח שנתי.txt", "סיכום פגישה.txt"]),
    ("cp862", ["דוח שנתי.txt", "סיכום פגישה.txt"]),
    ("cp1256", ["تقرير المشروع.txt"]),
    ("cp874", ["รายงานการประชุม.txt"]),
    ("cp437", ["Mühle.txt", "Año nuevo.txt"]),
    ("cp850", ["Ação.txt", "São João.txt"]),
    ("cp1252", ["Mühle.txt", "Größe.txt"]),
    ("cp852", ["Łódź.txt", "Żółw.txt"]),
    ("cp1250", ["Příliš žluťoučký.txt"]),
    ("utf-8", ["Mühle.txt", "報告書.txt"]),
    ("ascii", ["plain.txt"]),
]


def zipped(names: list[bytes], extra: bytes = b"") -> bytes:
    """As old programs write it: names as they are, without the flag for UTF-8."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for at, name in enumerate(names):
            info = zipfile.ZipInfo(f"{at:\x01<{len(name)}}")
            info.extra = extra
            archive.writestr(info, str(at))
    data = buffer.getvalue()
    for at, name in enumerate(names):
        data = data.replace(f"{at:\x01<{len(name)}}".encode(), name)
    return data


def paths(data: bytes, name: str) -> list[str]:
    return [member.path for member in members(Blob(data, name), Limits())]


@pytest.mark.parametrize(("encoding", "names"), SOME, ids=lambda each: str(each)[:24])
def test_names_are_read_by_the_code_page_that_makes_words_of_them(
    encoding: str, names: list[str]
) -> None:
    raw = [name.encode(encoding) for name in names]
    assert names_of(raw) == names
    assert paths(zipped(raw), "a.zip") == names


def test_a_declared_name_goes_before_a_guess() -> None:
    raw = "报告.txt".encode("gbk")
    name = "Vertrag für Bäcker.txt".encode()
    path = struct.pack("<BI", 1, zlib.crc32(raw)) + name
    extra = struct.pack("<HH", 0x7075, len(path)) + path
    assert paths(zipped([raw], extra), "a.zip") == [name.decode()]
    stale = extra[:5] + b"\0\0\0\0" + extra[9:]
    assert paths(zipped([raw], stale), "a.zip") == ["报告.txt"]


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT])
def test_names_of_a_tar_are_read_one_after_another(encoding: str, form: int) -> None:
    names = ["Отчёт за март.txt", "Договор.txt", "a.txt"]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form, encoding=encoding) as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name))
    assert paths(buffer.getvalue(), "a.tar") == names
