"""Messages of Outlook: winmail.dat in a mail and by itself, .msg files, bodies in RTF."""

import base64
import struct

import pytest
from support.writers import outlook_writer as writer

from gristmill.pipeline.containers.members import members, open_member
from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.mail import eml, msg, winmail
from gristmill.pipeline.parsers.mail.outlook.compressed_rtf import decompressed
from gristmill.pipeline.parsers.mail.outlook.rtf_html import html_in
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
PLAIN, UNICODE, BINARY = 0x1E, 0x1F, 0x102
WINMAIL = writer.tnef(
    writer.attribute(1, 0x00069007, struct.pack("<II", 1251, 0)),
    writer.attribute(1, 0x00018004, "Помол\0".encode("cp1251")),
    writer.attribute(1, 0x0002800C, b"The stones are turned on Monday.\0"),
    writer.tnef_attachment("план.txt".encode("cp1251"), b"Words of the plan."),
)
RTF_HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}"
    rb"{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Sacks of \'e4hren \{10\} {\*\htmltag84 &nbsp;}"
    rb"\htmlrtf \f0\htmlrtf0 \u1088?{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0 }"
)


def text(parsed: Parsed) -> str:
    return "\n".join(block.text for block in parsed.blocks)


def wrapped(content: bytes, kind: bytes = b"application/ms-tnef", name: bytes = b"w.dat") -> bytes:
    return (
        b"From: ada@mill.example\nSubject: Plan\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\n \n--B\n"
        b"Content-Type: %s; name=%s\nContent-Transfer-Encoding: base64\n\n"
        % (kind, name)
        + base64.encodebytes(content)
        + b"--B--\n"
    )


def packed_rtf(rtf: bytes) -> bytes:
    """Literals only: nine bytes for eight."""
    body = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    return struct.pack("<II4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


@pytest.mark.parametrize(
    ("kind", "name"),
    [(b"application/ms-tnef", b"w.dat"), (b"application/octet-stream", b"WINMAIL.DAT")],
)
def test_a_mail_in_tnef_has_its_text_and_what_is_attached(kind: bytes, name: bytes) -> None:
    data = wrapped(WINMAIL, kind, name)
    parsed = eml.parse(Blob(data), LIMITS)
    assert "The stones are turned on Monday." in text(parsed)
    assert parsed.metadata["attachments"] == ["план.txt"]
    (member,) = members(Blob(data, "plan.eml"), LIMITS)
    assert member.path == "план.txt"
    assert open_member(data, "план.txt", LIMITS) == b"Words of the plan."


def test_winmail_by_itself_is_a_mail() -> None:
    assert detect(WINMAIL, "winmail.dat") == "application/ms-tnef"
    parsed = winmail.parse(Blob(WINMAIL), LIMITS)
    assert parsed.title == "Помол"
    assert "turned on Monday" in text(parsed)


def test_properties_of_tnef_are_read_with_named_ones_between() -> None:
    html = b"<p>Only here: <b>rye</b>.</p>"
    values = {(0x8001, UNICODE): "x\0".encode("utf-16-le"), (0x1013, BINARY): html}
    inner = writer.tnef(writer.attribute(1, 0x0002800C, b"The inner one.\0"))
    interface = bytes.fromhex("0703020000000000c000000000000046")
    attached = writer.tnef_properties({(0x3701, 0x0D): interface + inner})
    data = writer.tnef(
        writer.attribute(1, 0x00069003, writer.tnef_properties(values)),
        writer.tnef_attachment(b"Message", b"", attached),
    )
    said = text(winmail.parse(Blob(data), LIMITS))
    assert "Only here: rye." in said and "The inner one." in said


def test_a_winmail_that_is_none_stays_an_attachment_and_is_told() -> None:
    data = wrapped(b"no such thing")
    parsed = eml.parse(Blob(data), LIMITS)
    assert [warning.code for warning in parsed.warnings] == ["part_unreadable"]
    assert [member.path for member in members(Blob(data, "a.eml"), LIMITS)] == ["w.dat"]
    with pytest.raises(DocumentError):
        winmail.parse(Blob(b"no such thing"), LIMITS)


@pytest.mark.parametrize("cut", range(0, len(WINMAIL), 7))
def test_a_winmail_that_was_cut_is_read_as_far_as_it_goes(cut: int) -> None:
    assert eml.parse(Blob(wrapped(WINMAIL[:cut])), LIMITS).title == "Plan"


def test_a_message_file_has_header_body_attachments_and_messages_inside() -> None:
    inner = writer.message({0x37: "Inside", 0x1000: "Old news.\0"}, header=24)
    data = writer.compound(
        writer.message(
            {
                0x37: "Pläne",
                0x0C1A: "Ada",
                0x5D01: "ada@mill.example",
                0x0E04: "Ben",
                0x1000: "See the plan.",
                0x1013: b"<p>See the plan.</p><table><tr><th>Rye</th></tr></table>",
            },
            (writer.file_attached("plan.txt", b"x" * 600), writer.message_attached(inner)),
        )
    )
    assert detect(data, "plan.msg") == "application/vnd.ms-outlook"
    parsed = msg.parse(Blob(data), LIMITS)
    assert parsed.title == "Pläne"
    assert parsed.metadata["author"] == "Ada <ada@mill.example>"
    said = text(parsed)
    assert "To: Ben" in said and "Rye" in said and "Inside" in said and "Old news." in said
    assert parsed.metadata["attachments"] == ["plan.txt"]
    assert [member.path for member in members(Blob(data, "plan.msg"), LIMITS)] == ["plan.txt"]
    assert open_member(data, "plan.txt", LIMITS) == b"x" * 600


def test_a_body_in_rtf_alone_is_read() -> None:
    page = writer.compound(writer.message({0x1009: packed_rtf(RTF_HTML)}))
    assert "Sacks of ähren {10}" in text(msg.parse(Blob(page), LIMITS))
    plain = writer.compound(writer.message({0x1009: packed_rtf(rb"{\rtf1\ansi Rye only.\par}")}))
    assert "Rye only." in text(msg.parse(Blob(plain), LIMITS))


def test_html_is_taken_out_of_rtf_without_what_is_for_readers_of_rtf() -> None:
    assert html_in(RTF_HTML) == "<p>Sacks of ähren {10} &nbsp;&#1088;</p>"
    assert html_in(rb"{\rtf1\ansi no page}") == ""


def test_compressed_rtf_repeats_what_was_said() -> None:
    # [MS-OXRTFCP] 4.1: the example of the specification
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af3"
        "2068656c09002062"
        "7705b06c647d0a800fa0"
    )
    assert decompressed(example) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompressed(example[:-4]).startswith(b"{\\rtf1\\ansi\\ansicpg1252\\pard hello")
    assert decompressed(b"") == decompressed(b"x" * 40) == b""


def test_a_broken_message_file_is_told() -> None:
    data = writer.compound(writer.message({0x37: "Plan", 0x1000: "See."}))
    with pytest.raises(DocumentError):
        msg.parse(Blob(data[:700]), LIMITS)
