"""Compound files that declare more than they have: what is read stays within what there is."""

import struct
import time
from contextlib import suppress

import pytest
from support.writers import outlook_writer
from support.writers.binary_office_writer import compound_file

from gristmill.pipeline.parsers.mail.msg import MEDIA_TYPE, parse
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking.compound import GENERIC, compound_kind, open_compound
from gristmill.schemas.problems.errors import DocumentError

HUGE = 0x70000000
"""Bytes: to follow a loop of sectors for so many takes minutes and two gigabytes."""


def endless(data: bytes) -> bytes:
    """Each stream is said to be huge, and each chain of sectors bites its own tail."""
    size = 1 << data[30]
    harmed = bytearray(data)
    (directory,) = struct.unpack_from("<I", data, 48)
    (table,) = struct.unpack_from("<I", data, 76)
    table = (table + 1) * size
    first = (directory + 1) * size
    for at in range(first, first + size, 128):
        kind, (start,) = data[at + 66], struct.unpack_from("<I", data, at + 116)
        if kind in (2, 5) and start < size // 4:
            struct.pack_into("<I", harmed, at + 120, HUGE)
            struct.pack_into("<I", harmed, table + 4 * start, start)
    assert bytes(harmed) != data
    return bytes(harmed)


def test_a_chain_that_bites_its_tail_is_followed_no_further_than_the_file_is_long() -> None:
    data = endless(compound_file({"WordDocument": b"words " * 2000, "small": b"x"}))
    with open_compound(data) as compound:
        assert len(compound.read("WordDocument")) <= len(data)
        assert len(compound.read("small")) <= len(data)
    assert compound_kind(data) == "application/msword"


def test_a_message_of_such_streams_is_read_or_refused_in_no_time() -> None:
    """Found by guided fuzzing: 3.5 KB that took 2.7 GiB."""
    texts = {0x0037: "Flour", 0x007D: "X-A: b", 0x1000: "stones " * 2000}
    data = endless(outlook_writer.compound(outlook_writer.message(texts)))
    began = time.process_time()
    with suppress(DocumentError):
        parse(Blob(data, "a.msg", MEDIA_TYPE), Limits())
    assert time.process_time() - began < 5


@pytest.mark.parametrize("at", [44, 64, 72], ids=["sectors", "small sectors", "tables"])
def test_tables_larger_than_the_file_are_refused(at: int) -> None:
    data = bytearray(compound_file({"WordDocument": b"words " * 2000}))
    struct.pack_into("<I", data, at, 0x00FFFFFF)
    with pytest.raises(DocumentError, match="larger tables"), open_compound(bytes(data)):
        pass
    assert compound_kind(bytes(data)) == GENERIC
