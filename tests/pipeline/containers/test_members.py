"""Documents inside of documents: archives, compressed files, mail."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
from collections.abc import Callable

import pytest
from support.selection import rest_slow
from support.writers.archive_writer import MAIL, PDF, tarred, zipped

from gristmill.pipeline.containers.members import members, open_member, open_members
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking.inflating import Account
from gristmill.schemas.outcomes.results import Member
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()


def listed(data: bytes, name: str = "", limits: Limits = LIMITS) -> list[Member]:
    return list(members(Blob(data, name), limits))


def paths(data: bytes, name: str = "") -> list[str]:
    return [member.path for member in listed(data, name)]


def failure(data: bytes, path: str, limits: Limits = LIMITS) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        open_member(data, path, limits)
    return caught.value


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_archive_gives_its_files_however_it_is_compressed(mode: str) -> None:
    long = "a/" * 120 + "deep.txt"
    data = tarred({"notes.txt": b"It turns.", long: b"Deep.", "übung.md": b"# x"}, mode)
    assert paths(data, "mill.tar") == ["notes.txt", long, "übung.md"]
    assert open_member(data, long, LIMITS) == b"Deep."


def test_a_zip_archive_gives_its_files_and_not_its_folders() -> None:
    data = zipped({"a/": b"", "a/one.txt": b"1", "two.md": b"2", "__MACOSX/._two.md": b"x"})
    assert paths(data) == ["a/one.txt", "two.md"]
    assert open_member(data, "two.md", LIMITS) == b"2"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_file_has_one_member_named_after_it(pack: Callable[[bytes], bytes]) -> None:
    data = pack(b"It turns.") + pack(b" Still.")
    suffix = {gzip.compress: ".gz", bz2.compress: ".bz2", lzma.compress: ".xz"}[pack]
    assert paths(data, f"folder/river.csv{suffix}") == ["river.csv"]
    assert open_member(data, "river.csv", LIMITS) == b"It turns. Still."


def test_a_nested_member_is_reached_through_archive_and_mail() -> None:
    inner = tarred({"mail/plan.eml": MAIL}, "w:gz")
    data = zipped({"x/inner.tar.gz": inner, "note.txt": b"n"})
    assert paths(data, "archive.zip") == [
        "x/inner.tar.gz!/mail/plan.eml",
        "x/inner.tar.gz!/mail/plan.eml!/plan.pdf",
        "note.txt",
    ]
    assert open_member(data, "x/inner.tar.gz!/mail/plan.eml!/plan.pdf", LIMITS) == PDF
    assert open_member(data, "x/inner.tar.gz!/mail/plan.eml", LIMITS) == MAIL


def test_attachments_of_a_mailbox_are_below_the_number_of_their_message() -> None:
    mailbox = b"From x Mon Jan 01 2024\n" + MAIL + b"\n\nFrom y Tue Jan 02 2024\n" + MAIL
    assert paths(mailbox, "all.mbox") == ["1/plan.pdf", "2/plan.pdf"]
    assert open_member(zipped({"all.mbox": mailbox}), "all.mbox!/2/plan.pdf", LIMITS) == PDF


def test_what_holds_nothing_has_no_members() -> None:
    assert listed(b"plain words", "a.txt") == []
    assert failure(b"plain words", "x").document_code == "parse_error"


def test_names_stay_inside_and_never_look_nested() -> None:
    data = tarred({"../../etc/passwd": b"1", "C:\\x\\..\\y.txt": b"2", "/abs": b"3", "a!/b": b"4"})
    assert paths(data) == ["etc/passwd", "x/y.txt", "abs", "a_/b"]


def test_links_devices_and_duplicates_are_listed_with_the_reason_they_are_not_read() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in [("link", tarfile.SYMTYPE), ("pipe", tarfile.FIFOTYPE)]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        for content in (b"one", b"two"):
            info = tarfile.TarInfo("same.txt")
            info.size = 3
            archive.addfile(info, io.BytesIO(content))
    data = buffer.getvalue()
    found = {member.path: member for member in listed(data)}
    assert {path: member.code for path, member in found.items()} == {
        "link": "unsupported",
        "pipe": "unsupported",
        "same.txt": None,
        "same.txt~2": "unsupported",
    }
    assert "link" in str(found["link"].message)
    assert open_member(data, "same.txt", LIMITS) == b"one"
    assert failure(data, "link").document_code == "unsupported"


def test_members_of_a_zip_that_become_one_name_are_all_read() -> None:
    data = zipped({"a!/b.txt": b"one", "a_/b.txt": b"two", "../c~2": b"three", "c~2": b"four"})
    assert {path: open_member(data, path, LIMITS) for path in paths(data)} == {
        "a_/b.txt~2": b"one",
        "a_/b.txt": b"two",
        "c~2~2": b"three",
        "c~2": b"four",
    }


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_name_of_our_making_costs_no_member_of_a_tar_its_reading(mode: str) -> None:
    names = ["a.txt", "a.txt", "a.txt~2", "b!/c.txt", "b_/c.txt"]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = 1
            archive.addfile(info, io.BytesIO(b"%d" % len(archive.getmembers())))
    data = buffer.getvalue()
    found = {member.path: member.code for member in listed(data)}
    assert found.pop("a.txt~2") == "unsupported" and set(found.values()) == {None}
    assert dict(open_members(data, list(found), LIMITS)) == {
        "a.txt": b"0",
        "a.txt~2~2": b"2",
        "b_/c.txt": b"3",
        "b_/c.txt~2": b"4",
    }


def test_attachments_of_one_name_stay_apart() -> None:
    part = b"--X\r\nContent-Disposition: attachment; filename=%s\r\n\r\n%d\r\n"
    names = [b"a.txt", b"a.txt", b"a.txt~2", b"b!/c.txt", b"b_/c.txt"]
    mail = b"From: a@b\r\nTo: c@d\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n"
    data = mail + b"".join(part % (name, at) for at, name in enumerate(names)) + b"--X--\r\n"
    found = paths(data, "m.eml")
    assert found == ["a.txt", "a.txt~2", "a.txt~2~2", "b_/c.txt", "b_/c.txt~2"]
    assert [open_member(data, path, LIMITS) for path in found] == [b"0", b"1", b"2", b"3", b"4"]


def test_archives_fifty_deep_end_at_the_limit() -> None:
    data = b"core"
    for _ in range(50):
        data = zipped({"inner.zip": data})
    (member,) = listed(data, "outer.zip")
    assert member.code == "too_large"
    assert member.path.count("!/") == LIMITS.max_nesting - 1
    assert failure(data, "!/".join(["inner.zip"] * 50)).document_code == "too_large"


@pytest.mark.parametrize("pack", rest_slow(gzip.compress, bz2.compress, lzma.compress))
def test_a_bomb_ends_by_its_ratio(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(bytes(64 * 1024 * 1024))
    assert failure(bomb, "x").document_code == "too_large"
    data = zipped({"bomb.gz": bomb, "note.txt": b"n"})
    found = dict(open_members(data, ["bomb.gz!/bomb", "note.txt"], LIMITS))
    assert isinstance(found["bomb.gz!/bomb"], DocumentError)


def test_a_zip_bomb_and_a_bomb_of_bombs_end_by_their_ratio() -> None:
    one = zipped({"zeros.bin": bytes(32 * 1024 * 1024)})
    assert failure(one, "zeros.bin").document_code == "too_large"
    many = zipped({f"{n}.zip": one for n in range(20)})
    assert failure(many, "3.zip!/zeros.bin").document_code == "too_large"


@pytest.mark.parametrize("size", [10**10, 513])
def test_a_tar_whose_sizes_lie_ends_with_what_is_there(size: int) -> None:
    info = tarfile.TarInfo("liar.txt")
    info.size = size
    data = info.tobuf() + b"short"
    found = members(Blob(data), LIMITS)
    assert next(found) == Member("liar.txt", size)
    with pytest.raises(DocumentError) as caught:
        next(found)
    assert caught.value.document_code == "parse_error"
    assert failure(data, "liar.txt").document_code == "parse_error"


def test_a_tar_without_its_last_blanks_is_whole() -> None:
    assert open_member(tarred({"a.txt": b"It turns."})[:521], "a.txt", LIMITS) == b"It turns."


def test_a_negative_size_and_a_broken_header_do_not_loop() -> None:
    info = tarfile.TarInfo("x.txt")
    block = bytearray(info.tobuf()[:512])
    block[124:136] = b"\xff" * 12
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    assert open_member(bytes(block) + bytes(1024), "x.txt", LIMITS) == b""
    with pytest.raises(DocumentError) as caught:
        listed(tarred({"a": b"1"})[:1024] + b"garbage" * 100)
    assert caught.value.document_code == "parse_error"


@pytest.mark.parametrize(
    "pack", rest_slow(gzip.compress, tarred, zipped, bz2.compress, lzma.compress, quick=3)
)
def test_a_member_is_read_up_to_the_limit_of_a_document(
    pack: Callable[[object], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = random.Random(1).randbytes(2_400_000)
    whole = pack({"a": content, "b": b"1"} if pack in (tarred, zipped) else content)
    inflated: list[int] = []
    real = Account.take

    def take(account: Account, size: int) -> None:
        inflated.append(size)
        real(account, size)

    monkeypatch.setattr(Account, "take", take)
    limits = Limits(max_document_bytes=1_000_000)
    assert failure(whole, "a", limits).document_code == "too_large"
    assert 1_000_000 < sum(inflated) < 2_000_000
    assert open_member(whole, "a", Limits(max_document_bytes=len(content))) == content
    if pack in (tarred, zipped):
        assert dict(open_members(whole, ["a", "b"], limits))["b"] == b"1"


def test_an_archive_inside_is_read_up_to_the_limit_of_a_document() -> None:
    limits = Limits(max_document_bytes=1_000_000)
    (member,) = listed(zipped({"inner.tar": tarred({"a": bytes(1_500_000)})}), limits=limits)
    assert (member.path, member.code) == ("inner.tar", "too_large")


def test_too_many_members_end_the_listing() -> None:
    limits = Limits(max_members=100)
    for data in (
        tarred({str(n): b"" for n in range(200)}),
        zipped({str(n): b"" for n in range(200)}),
    ):
        with pytest.raises(DocumentError) as caught:
            listed(data, limits=limits)
        assert caught.value.document_code == "too_large"


@pytest.mark.slow
def test_a_hundred_thousand_attachments_end_by_the_limit_of_members() -> None:
    part = b"--X\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n"
    mail = b"From: a@b\r\nTo: c@d\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n"
    with pytest.raises(DocumentError) as caught:
        listed(mail + part * 100_000, "big.eml")
    assert caught.value.document_code == "too_large"


def test_listing_is_lazy() -> None:
    bomb = zipped({"first.txt": b"1", "bomb.gz": gzip.compress(bytes(64 * 1024 * 1024))})
    found = members(Blob(bomb), LIMITS)
    assert next(found).path == "first.txt"
    assert next(found) == Member("bomb.gz!/bomb")  # not inflated before somebody reads it


def test_a_broken_archive_inside_does_not_cost_its_neighbours() -> None:
    data = zipped({"broken.zip": b"PK\x03\x04 no more", "locked.tar": b"words", "ok.txt": b"1"})
    found = listed(data)
    assert [(member.path, member.code) for member in found] == [
        ("broken.zip", "parse_error"),
        ("locked.tar", None),
        ("ok.txt", None),
    ]
