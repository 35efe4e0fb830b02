"""E-mail and mailboxes."""

import time
from collections.abc import Sequence

import pytest

from gristmill.pipeline.parsers.mail import eml, mbox
from gristmill.pipeline.parsers.mail.entities import mime_words
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.pipeline.unpacking import code_pages
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
HEAD = (
    b"From: =?utf-8?q?J=C3=B6rg?= <j@mill.example>\nTo: b@mill.example\n"
    b"Date: Mon, 3 Apr 2023 10:00:00 +0200\nSubject: =?iso-8859-1?q?M=FChle?= im\n Tal\n"
)


def read(data: bytes) -> Parsed:
    return eml.parse(Blob(data), LIMITS)


def body(parsed: Parsed) -> str:
    return "\n".join(block.text for block in parsed.blocks[2:])


def multipart(kind: str, *parts: bytes) -> bytes:
    joined = b"".join(b"--X\n" + part + b"\n" for part in parts)
    return (
        HEAD + b"Content-Type: multipart/%s; boundary=X\n\n" % kind.encode() + joined + b"--X--\n"
    )


def test_headers_are_readable_lines_and_metadata() -> None:
    parsed = read(HEAD + b"\nIt turns.\n")
    assert parsed.title == "Mühle im Tal"
    assert parsed.blocks[0] == Block(BlockKind.HEADING, "Mühle im Tal", 1)
    assert parsed.blocks[1].text.split("\n")[0] == "From: Jörg <j@mill.example>"
    assert parsed.metadata["author"] == "Jörg <j@mill.example>"
    assert parsed.metadata["date"] == "2023-04-03T10:00:00+02:00"
    assert body(parsed) == "It turns.\n"


def test_the_plain_one_of_alternatives_is_taken_unless_it_is_blank() -> None:
    html = b"Content-Type: text/html\n\n<h1>Wheel</h1><p>It <b>turns</b>.</p>"
    both = read(multipart("alternative", html, b"Content-Type: text/plain\n\nIt turns, plainly."))
    assert body(both) == "It turns, plainly."
    blank = read(multipart("alternative", b"Content-Type: text/plain\n\n \n", html))
    assert [block.text for block in blank.blocks[2:] if block.text.strip()] == [
        "Wheel",
        "It turns.",
    ]
    assert blank.blocks[-2].level == 2


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        (b"base64", b"RGFzIE38aGxyYWQ=\n"),
        (b"base64", b"RGFzIE38aGxyYWQ"),
        (b"quoted-printable", b"Das M=FChl=\nrad"),
        (b"8bit", b"Das M\xfchlrad"),
        (b"x-uuencode", b"begin 644 a\n,1&%S($W\\:&QR860 \n`\nend\n"),
        (b"no-such-thing", b"Das M\xfchlrad"),
    ],
)
def test_transfer_encodings_and_charsets_are_undone(encoding: bytes, encoded: bytes) -> None:
    headers = b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
    assert "Das Mühlrad" in body(read(HEAD + headers + encoding + b"\n\n" + encoded))


def test_messages_inside_become_sections_and_attachments_are_named() -> None:
    inner = b"Content-Type: message/rfc822\n\nSubject: Inner\nFrom: c@d\n\nInner words."
    attached = b"Content-Disposition: attachment; filename*=utf-8''pl%C3%A4ne.pdf\n\nx"
    parsed = read(multipart("mixed", b"Content-Type: text/plain\n\nOuter.", inner, attached))
    headings = [(b.text, b.level) for b in parsed.blocks if b.kind is BlockKind.HEADING]
    assert headings == [("Mühle im Tal", 1), ("Inner", 2)]
    assert "Inner words." in body(parsed)
    assert parsed.metadata["attachments"] == ["pläne.pdf"]


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: =?utf-8?b?broken\nFrom: \xff\xfe\n\nx",
        b"Subject: =?no-such?q?a=20b?=\nDate: yesterday\n\nx",
        b"From  : a@b\nTo:\nContent-Type: ;;;\n\nx",
        b'From: a@b\nContent-Type: text/plain; charset="\\"\n\nx',
        b"From: a@b\nContent-Type: text/plain; charset*=bogus'x'%zz\n\nx",
        b"From: a@b\nContent-Disposition: attachment; filename*0*=x; filename*2=y\n\nx",
        b"From: " + b"a" * 300_000 + b"\n\nx",
        b"From: a@b\n" + b"X-Long: y\n" * 50_000 + b"\nx",
        b"From: a@b\nContent-Type: multipart/mixed\n\nx",
        b"From: a@b\nContent-Type: multipart/mixed; boundary=Q\n\nx",
        b"From: a@b\nContent-Transfer-Encoding: base64\n\n\xff\xff*",
        b"From: a@b\nContent-Type: text/html\n\n<",
        "From: a@b\nSubject: x\n\nwide".encode("utf-16"),
    ],
)
def test_broken_mail_is_read_as_far_as_it_goes(data: bytes) -> None:
    assert read(data).blocks


def test_what_has_no_header_is_no_mail() -> None:
    with pytest.raises(DocumentError) as caught:
        read(b"\n\nJust words.\n")
    assert caught.value.document_code == "parse_error"


def test_a_body_that_is_no_text_is_said_so() -> None:
    (warning,) = read(HEAD + b"\n" + bytes(range(256)) * 4).warnings
    assert warning.code == "text_garbled" and "no text" in warning.message


def test_a_thousand_parts_inside_each_other_end_at_a_depth() -> None:
    nested = b"Content-Type: text/plain\n\ncore\n"
    for n in range(1_000):
        mark = b"B%d" % n
        nested = (
            b"Content-Type: multipart/mixed; boundary="
            + mark
            + b"\n\n--"
            + mark
            + b"\n"
            + nested
            + b"\n--"
            + mark
            + b"--\n"
        )
    parsed = read(HEAD + nested)
    assert "nested too deeply" in parsed.warnings[0].message


def test_messages_inside_messages_end_at_a_depth() -> None:
    data = b"Content-Type: message/rfc822\n\n" * 5_000
    assert read(b"From: a@b\nSubject: x\n" + data + b"core").title == "x"


def test_a_hundred_thousand_attachments_take_no_time() -> None:
    part = b"Content-Disposition: attachment; filename=a.txt\n\nx"
    data = multipart("mixed", b"Content-Type: text/plain\n\nIt turns.", *[part] * 100_000)
    start = time.process_time()
    parsed = read(data)
    assert time.process_time() - start < 5
    assert "It turns." in body(parsed)
    assert len(parsed.metadata["attachments"]) == 100
    assert [warning.code for warning in parsed.warnings] == ["content_cut"]


def test_messages_of_a_mailbox_are_sections() -> None:
    mailbox = (
        b"From a Mon Jan  1 00:00:00 2024\nSubject: One\n\nFirst.\n>From here on.\n\n"
        b"From b Tue Jan  2 00:00:00 2024\nFrom: b@c\n\nSecond.\nFrom the middle of a text.\n"
    )
    parsed = mbox.parse(Blob(mailbox), LIMITS)
    headings = [block.text for block in parsed.blocks if block.kind is BlockKind.HEADING]
    assert headings == ["One", "Message 2"]
    text = "\n".join(block.text for block in parsed.blocks)
    assert "\nFrom here on." in text
    assert "\nFrom the middle of a text." in text
    assert parsed.metadata["messages"] == 2


def test_a_mailbox_of_too_many_messages_is_too_large() -> None:
    with pytest.raises(DocumentError) as caught:
        mbox.parse(Blob(b"From a\nSubject: x\n\n\n" * 200), Limits(max_members=100))
    assert caught.value.document_code == "too_large"


def test_the_encoding_of_a_header_is_guessed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    guessed: list[bytes] = []

    def counting(raw: Sequence[bytes]) -> list[str]:
        guessed.extend(raw)
        return code_pages.names_of(raw)

    monkeypatch.setattr(mime_words, "names_of", counting)
    mime_words.header_text.cache_clear()
    subject = "Die Mühle fällt".encode("cp1252")
    data = b"From a Tue Nov  3 10:00:00 2026\nSubject: " + subject + b"\n\nIt turns.\n"
    assert mbox.parse(Blob(data), Limits()).blocks[0].text == "Die Mühle fällt"
    assert guessed == [subject]
