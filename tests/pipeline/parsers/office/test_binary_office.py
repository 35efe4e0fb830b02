"""DOC and PPT."""

import struct

import pytest
from support.writers.binary_office_writer import (
    BODY,
    DELETED,
    HEADING_1,
    HIDDEN,
    IN_TABLE,
    ROW_ENDS,
    compound_file,
    doc,
    ppt,
    record,
    text_box,
)

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.office.binary import doc as word
from gristmill.pipeline.parsers.office.binary import ppt as powerpoint
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits
from gristmill.pipeline.unpacking.summary import summary_of
from gristmill.schemas.problems.errors import DocumentError

HEADING, TEXT, TABLE = BlockKind.HEADING, BlockKind.TEXT, BlockKind.TABLE


def texts(data: bytes) -> list[str]:
    module = powerpoint if b"C\0u\0r\0r\0e\0n\0t\0" in data else word
    return [block.text for block in module.parse(Blob(data), Limits()).blocks]


def test_headings_text_and_rows_of_a_doc() -> None:
    data = doc(
        [
            ("Wheel\r", HEADING_1, b""),
            ("It turns.\r", BODY, b""),
            ("pit\x07", BODY, IN_TABLE),
            ("80\x07", BODY, IN_TABLE),
            ("\x07", BODY, IN_TABLE + ROW_ENDS),
            ("nut\x07", BODY, IN_TABLE),
            ("20\x07", BODY, IN_TABLE),
            ("\x07", BODY, IN_TABLE + ROW_ENDS),
            ("end\r", BODY, b""),
        ]
    )
    assert detect(data, "a.bin") == "application/msword"
    assert word.parse(Blob(data), Limits()).blocks == (
        Block(HEADING, "Wheel", 1),
        Block(TEXT, "It turns."),
        Block(TABLE, "| pit | 80 |\n| --- | --- |\n| nut | 20 |"),
        Block(TEXT, "end"),
    )


def test_what_is_hidden_or_deleted_and_the_code_of_fields_are_not_said() -> None:
    body = "It was flat and is round.\r\x13 PAGE \x145\x15 pages\r"
    data = doc([(body, BODY, b"")], [("was flat", DELETED), ("and", HIDDEN)])
    assert texts(data)[0].split() == ["It", "is", "round."]
    assert texts(data)[1] == "5 pages"


def test_notes_comments_and_headers_follow_the_text() -> None:
    body = [("Dressed\x02.\r", BODY, b""), ("\x02By hand.\r", BODY, b"")]
    body += [("Alder Mill\r", BODY, b""), ("\x05Sure?\r", BODY, b"")]
    found = word.parse(Blob(doc(body, parts=[10, 11, 0, 7])), Limits()).blocks
    assert [(each.kind, each.text) for each in found] == [
        (TEXT, "Dressed."),
        (BlockKind.FOOTNOTE, "By hand."),
        (TEXT, "Alder Mill"),
        (TEXT, "[Comment] Sure?"),
    ]


def test_macros_and_objects_of_a_doc_are_warnings() -> None:
    parsed = word.parse(Blob(doc([("a\r", BODY, b"")], storages=["Macros"])), Limits())
    assert [each.code for each in parsed.warnings] == ["macro_left_out"]


def test_a_doc_before_word_97_has_its_text_in_one_piece() -> None:
    stream = bytearray(0x400)
    struct.pack_into("<HH", stream, 0, 0xA5EC, 0x0065)
    struct.pack_into("<I", stream, 0x18, 0x200)
    struct.pack_into("<I", stream, 0x34, 9)
    stream[0x200:0x209] = b"Caf\xe9 bar\r"
    assert texts(compound_file({"WordDocument": bytes(stream)})) == ["Café bar"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (doc([("a\r", BODY, b"")], flags=0x0300), "encrypted"),
        (doc([("a\r", BODY, b"")], flags=0), "parse_error"),
        (ppt([b""], token=0xF3D1C4DF), "encrypted"),
        (compound_file({"PowerPoint Document": b"", "Current User": b""}), "parse_error"),
    ],
)
def test_what_is_locked_or_broken_says_so(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        texts(data)
    assert caught.value.document_code == code


def test_slides_of_a_ppt_are_pages_as_they_are_seen() -> None:
    first = text_box(4, "low", 900) + text_box(1, "one\rtwo", 300) + text_box(0, "The Wheel", 0)
    data = ppt([first, text_box(4, "next")], [text_box(2, "Speak up")])
    assert detect(data) == "application/vnd.ms-powerpoint"
    parsed = powerpoint.parse(Blob(data), Limits())
    assert [(each.kind, each.text, each.page) for each in parsed.blocks] == [
        (HEADING, "The Wheel", 1),
        (BlockKind.LIST, "- one\n- two", 1),
        (TEXT, "low", 1),
        (TEXT, "Notes: Speak up", 1),
        (TEXT, "next", 2),
    ]
    assert parsed.pages == 2


def test_embedded_objects_of_a_ppt_are_warnings() -> None:
    objects = record(1033, record(4044, b"", container=True) * 3, container=True)
    parsed = powerpoint.parse(Blob(ppt([text_box(4, "a")], more=objects)), Limits())
    assert [(each.code, each.count) for each in parsed.warnings] == [("object_left_out", 3)]


def test_too_many_slides_of_a_ppt_are_too_large() -> None:
    with pytest.raises(DocumentError, match="over 2 slides"):
        powerpoint.parse(Blob(ppt([b""] * 3)), Limits(max_pages=2))


@pytest.mark.slow
def test_pieces_that_show_the_same_text_again_and_again_are_bounded() -> None:
    data = doc([("word " * 2000 + "\r", BODY, b"")], repeated=2_000)
    with pytest.raises(DocumentError) as caught:
        texts(data)
    assert caught.value.document_code == "too_large"


def property_set(*properties: tuple[int, bytes]) -> bytes:
    places, values = b"", b""
    start = 8 + 8 * len(properties)
    for identity, value in properties:
        places += struct.pack("<II", identity, start + len(values))
        values += value.ljust(-(-len(value) // 4) * 4, b"\0")
    head = struct.pack("<II", start + len(values), len(properties))
    return bytes(44) + struct.pack("<I", 48) + head + places + values


def lpstr(text: bytes) -> bytes:
    return struct.pack("<II", 30, len(text)) + text


def test_what_a_compound_file_says_of_itself() -> None:
    stream = property_set(
        (1, struct.pack("<IH", 2, 1251)),
        (2, lpstr("Мель\0".encode("cp1251"))),
        (4, struct.pack("<II", 31, 4) + "Ada\0".encode("utf-16-le")),
        (12, struct.pack("<IQ", 64, 133_500_000_000_000_000)),
        (5, struct.pack("<II", 0x101E, 0xFFFFFFFF)),
    )
    assert summary_of(stream) == {
        "title": "Мель",
        "author": "Ada",
        "created": "2024-01-17T21:20:00",
    }


@pytest.mark.parametrize("size", range(0, 120, 7))
def test_a_summary_that_is_cut_off_says_what_it_can(size: int) -> None:
    assert isinstance(summary_of(property_set((2, lpstr(b"Mill")), (4, lpstr(b"A")))[:size]), dict)


def test_slides_that_are_in_the_same_place_are_not_read_again_and_again() -> None:
    data = bytearray(ppt([text_box(4, "a"), *[b""] * 20]))
    large = text_box(4, "b" * 1000)
    data = bytearray(ppt([large, *[b""] * 20]))
    directory = data.index(struct.pack("<HHI", 0, 6002, 4 + 4 * 22)) + 12
    first = data[directory + 4 : directory + 8]
    for number in range(2, 22):
        data[directory + 4 * number : directory + 4 * number + 4] = first
    with pytest.raises(DocumentError, match="times its own size"):
        texts(bytes(data))
