"""Which version of a text is taken, and what its bytes say."""

import pytest

from gristmill.pipeline.parsers.mail import eml
from gristmill.pipeline.parsers.mail.entities.body_text import body_text, unflowed
from gristmill.pipeline.parsers.mail.entities.mime import opened
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
HEAD = b"From: shop@mill.example\nTo: b@mill.example\nSubject: Order\n"
PAGE = (
    b"Content-Type: text/html; charset=utf-8\n\n<html><body><p>Dear Ben, thank you.</p>"
    b"<p>Five sacks of rye leave on Friday.</p></body></html>"
)
PRICES = (
    b"Content-Type: text/html\n\n<p>Thank you.</p><table><tr><th>Sack</th><th>Price</th></tr>"
    b"<tr><td>Rye</td><td>120 EUR</td></tr></table>"
)


def multipart(kind: str, *parts: bytes, mark: bytes = b"X") -> bytes:
    joined = b"".join(b"--" + mark + b"\n" + part + b"\n" for part in parts)
    head = b"Content-Type: multipart/%s; boundary=%s\n\n" % (kind.encode(), mark)
    return head + joined + b"--" + mark + b"--\n"


def plain(text: bytes) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\n\n" + text


def read(*parts: bytes, kind: str = "alternative") -> Parsed:
    return eml.parse(Blob(HEAD + multipart(kind, *parts)), LIMITS)


def body(parsed: Parsed) -> str:
    return "\n".join(block.text for block in parsed.blocks[2:])


@pytest.mark.parametrize(
    "stub",
    [
        b"This message needs a reader for HTML.",
        b"View this email in your browser: https://mill.example/view?id=0123456789",
        b"-",
        b"",
        b"Dear Ben, thank you.",
    ],
)
@pytest.mark.parametrize("related", [False, True])
def test_a_stub_beside_the_page_is_not_the_mail(stub: bytes, related: bool) -> None:
    page = multipart("related", PAGE, mark=b"R") if related else PAGE
    assert "Five sacks of rye leave on Friday." in body(read(plain(stub), page))


def test_a_table_that_only_the_page_has_is_kept() -> None:
    assert "120 EUR" in body(read(plain(b"Thank you."), PRICES))
    same = read(plain(b"Thank you. Sack Price Rye 120 EUR"), PRICES)
    assert any(block.kind is BlockKind.TABLE for block in same.blocks)


def test_the_plain_text_is_taken_where_it_says_as_much() -> None:
    said = body(read(plain(b"Dear Ben, thank you.\nFive sacks of rye leave on Friday."), PAGE))
    assert said.startswith("Dear Ben, thank you.\nFive")
    longer = body(read(plain(b"All of it is here, word for word, and far more of it."), PAGE))
    assert "Friday" not in longer


def test_an_invitation_is_read_beside_the_text_and_other_versions_are_not() -> None:
    event = (
        b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n"
        b"SUMMARY:Milling\nDTSTART:20261103T100000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    parsed = read(plain(b"Come."), event, b"Content-Type: text/x-amp-html\n\n<p>amp</p>")
    assert "Come." in body(parsed) and "2026-11-03 10:00 UTC" in body(parsed)
    assert "amp" not in body(parsed) and "attachments" not in parsed.metadata


def test_an_encrypted_mail_is_told_unless_it_says_something_else() -> None:
    locked = b"Content-Type: application/octet-stream\n\nsecret"
    with pytest.raises(DocumentError) as caught:
        read(b"Content-Type: application/pgp-encrypted\n\nVersion: 1", locked, kind="encrypted")
    assert caught.value.document_code == "encrypted"
    inner = multipart("encrypted", locked, mark=b"E")
    parsed = read(plain(b"The list's own words."), inner, kind="mixed")
    assert [warning.code for warning in parsed.warnings] == ["part_unreadable"]


def test_a_multipart_that_was_encoded_as_a_whole_is_read() -> None:
    import base64

    inner = multipart("alternative", plain(b"Words inside."), mark=b"Y").partition(b"\n\n")[2]
    data = (
        HEAD
        + b"Content-Type: multipart/alternative; boundary=Y\nContent-Transfer-Encoding: base64\n\n"
    )
    assert "Words inside." in body(eml.parse(Blob(data + base64.encodebytes(inner)), LIMITS))


def test_flowed_text_comes_in_its_paragraphs() -> None:
    text = "One line \nand its end.\n\n> quoted \n> on\n from\n-- \nAda"
    assert unflowed(text, False) == "One line and its end.\n\n> quoted on\nfrom\n-- \nAda"
    assert unflowed("Wassermüh \nlen", True) == "Wassermühlen"
    part = b"Content-Type: text/plain; format=flowed; delsp=yes\n\nWater \nmill"
    assert body(read(part)) == "Watermill"


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Отчёт о помоле зерна за март".encode("cp1251"), "iso-8859-1", "Отчёт о помоле"),
        ("Отчёт о помоле".encode(), "iso-8859-1", "Отчёт о помоле"),
        ("Отчёт о помоле".encode("utf-7"), "UTF-7", "Отчёт о помоле"),
        ("面粉".encode("hz"), "hz-gb-2312", "面粉"),
        ("Mühle".encode("cp1252"), "us-ascii", "Mühle"),
        (b"It turns", "no-such-thing", "It turns"),
    ],
)
def test_a_charset_that_lies_is_not_believed(data: bytes, charset: str, text: str) -> None:
    found, is_text = body_text(data, charset)
    assert is_text and text in found


@pytest.mark.parametrize(
    ("encoded", "text"),
    [
        (b"Sacks of = \nrye", b"Sacks of rye"),
        (b"Sacks of =\t\r\nrye", b"Sacks of rye"),
        (b"Sacks =ZZ of=", b"Sacks =ZZ of"),
        (b"M=c3=bchle", "Mühle".encode()),
    ],
)
def test_quoted_printable_that_a_gateway_damaged_is_read(encoded: bytes, text: bytes) -> None:
    part = opened(b"From: a@b\nContent-Transfer-Encoding: quoted-printable\n\n" + encoded)
    assert part.content() == text


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('Content-Disposition: attachment; filename="Отчёт.pdf"'.encode("cp1251"), "Отчёт.pdf"),
        ('Content-Disposition: attachment; filename="Отчёт.pdf"'.encode(), "Отчёт.pdf"),
        ('Content-Type: application/pdf; name="報告書.pdf"'.encode("cp932"), "報告書.pdf"),
        (b"Content-Disposition: attachment; filename*=windows-1251''%CE%F2%F7.pdf", "Отч.pdf"),
        (b"Content-Disposition: attachment; filename*0*=utf-8''M%C3%BC; filename*1=hle", "Mühle"),
        (b"Content-Disposition: attachment; filename=x.pdf; filename*=utf-8''%C3%A4.pdf", "ä.pdf"),
        (b"Content-Disposition: attachment; filename*=utf-8''%CE%F2%F7%B8%F2.pdf", "Отчёт.pdf"),
        (b'Content-Disposition: attachment; filename="=?utf-8?Q?M=C3=BChle?=.pdf"', "Mühle.pdf"),
        (b'Content-Disposition: attachment; filename="M%C3%BChle.pdf"', "Mühle.pdf"),
        (b'Content-Disposition: attachment; filename="100%20.pdf"', "100%20.pdf"),
    ],
)
def test_names_of_attachments_are_read_however_they_were_written(header: bytes, name: str) -> None:
    assert opened(b"From: a@b\n" + header + b"\n\nx").filename == name
