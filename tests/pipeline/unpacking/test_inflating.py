"""Zip archives within budgets."""

import io
import struct
import zipfile

import pytest
from support.writers.office_writer import zipped

from gristmill.pipeline.shapes import Limits
from gristmill.pipeline.unpacking.inflating import FREE_BYTES, Account, Members, Metered, safe_name
from gristmill.schemas.problems.errors import DocumentError

BLANKS = bytes(FREE_BYTES + 1)


def refusal(data: bytes, name: str = "a", limits: Limits | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as caught, Members(data, limits or Limits()) as members:
        members.read(name)
    return caught.value


def test_members_are_read_by_name_and_folders_left_out() -> None:
    with Members(zipped({"b/": "", "b/a": "wheel", "c": "stone"}), Limits()) as members:
        assert members.names == ("b/a", "c")
        assert "b/a" in members
        assert members.read("b/a") == b"wheel"
        with members.open("c") as stream:
            assert (stream.read(2), stream.read()) == (b"st", b"one")


def test_too_high_a_ratio_is_named() -> None:
    error = refusal(zipped({"a": BLANKS}), limits=Limits(max_inflation=100))
    assert error.document_code == "too_large"
    assert "100 times its size" in error.message


def test_too_many_bytes_are_named_and_counted_over_all_members() -> None:
    limits = Limits(max_inflated_bytes=1000)
    with Members(zipped({"a": bytes(600), "b": bytes(600)}), limits) as members:
        members.read("a")
        with pytest.raises(DocumentError, match="1000 bytes") as caught:
            members.read("b")
    assert caught.value.document_code == "too_large"


def test_too_many_members_are_named_before_any_is_looked_at() -> None:
    data = zipped({f"m{n}": "" for n in range(12)})
    error = refusal(data, "m1", Limits(max_members=10))
    assert error.document_code == "too_large"
    assert "10 members" in error.message


def test_an_archive_inside_shares_the_budget_of_the_one_around_it() -> None:
    limits = Limits(max_inflated_bytes=1000)
    account = Account(100, limits)
    Members(zipped({"a": bytes(800)}), limits, account).read("a")
    with pytest.raises(DocumentError, match="1000 bytes"):
        Members(zipped({"a": bytes(800)}), limits, account).read("a")


@pytest.mark.parametrize("declared", [1, 10, 0x7FFFFFFF])
def test_a_size_that_is_declared_falsely_never_gets_past_the_limit(declared: int) -> None:
    data = bytearray(zipped({"a": bytes(5000)}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, declared)
    error = refusal(bytes(data), limits=Limits(max_inflated_bytes=1000))
    assert error.document_code in ("too_large", "parse_error")


def test_the_same_data_under_many_names_is_counted_each_time() -> None:
    """Entries that overlap: a small file whose members all inflate the same bytes."""
    single = zipped({"a": bytes(400)})
    start, end = single.index(b"PK\x01\x02"), single.index(b"PK\x05\x06")
    entry, tail = single[start:end], bytearray(single[end:])
    struct.pack_into("<HHI", tail, 8, 5, 5, len(entry) * 5)
    data = single[:start] + b"".join(entry[:-1] + name for name in (b"a", b"b", b"c", b"d", b"e"))
    with (
        pytest.raises(DocumentError) as caught,
        Members(data + bytes(tail), Limits(max_inflated_bytes=1000)) as members,
    ):
        for name in members:
            members.read(name)
    assert caught.value.document_code in ("too_large", "parse_error")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/abs/a", "abs/a"),
        ("C:\\mill\\..\\a.txt", "mill/a.txt"),
        ("a\x00b\n", "ab"),
        ("..", "unnamed"),
        ("./a//b", "a/b"),
    ],
)
def test_names_stay_below_where_they_are_put(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_that_become_the_same_stay_apart() -> None:
    with Members(zipped({"a": "1", "../a": "2"}), Limits()) as members:
        assert [members.read(name) for name in members] == [b"1", b"2"]


# Named: a zip archive holds the time it was made at, and test processes must agree on test ids.
@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"", zipped({"a": "x" * 99})[:-30]],
    ids=["only a signature", "nothing", "cut off"],
)
def test_a_broken_archive_is_a_parse_error(data: bytes) -> None:
    assert refusal(data).document_code == "parse_error"


def test_damaged_data_is_a_parse_error() -> None:
    data = bytearray(zipped({"a": "the wheel turns " * 50}))
    data[40:50] = bytes(10)
    assert refusal(bytes(data)).document_code == "parse_error"


def test_an_encrypted_member_and_a_bomb_in_bzip2_are_told() -> None:
    data = bytearray(zipped({"a": "x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(data)).document_code == "encrypted"
    assert refusal(zipped({"a": BLANKS}, zipfile.ZIP_BZIP2)).document_code == "too_large"


def test_any_stream_can_be_metered() -> None:
    stream = Metered(io.BytesIO(bytes(2000)), Account(2000, Limits(max_inflated_bytes=1500)))
    with pytest.raises(DocumentError, match="1500 bytes"):
        stream.read()
