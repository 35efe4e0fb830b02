"""S/MIME in one block, and signed files."""

import base64

import pytest

from gristmill.pipeline.containers.members import members, open_member
from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.mail import eml
from gristmill.pipeline.parsers.mail.message.smime import signed_content
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
PKCS7 = bytes.fromhex("06092a864886f70d0107")
INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe contract is signed.\r\n"


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def ber(tag: int, *parts: bytes) -> bytes:
    """Of a length that is not told beforehand, as programs write that stream."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def signed(content: bytes, streamed: bool = False) -> bytes:
    put = ber if streamed else der
    half = len(content) // 2
    pieces = ber(0x24, der(4, content[:half]), der(4, content[half:]))
    octets = pieces if streamed else der(4, content)
    inside = put(0x30, PKCS7 + b"\x01", put(0xA0, octets))
    return put(0x30, PKCS7 + b"\x02", put(0xA0, put(0x30, der(2, b"\1"), der(0x31), inside)))


ENVELOPED = der(0x30, PKCS7 + b"\x03", der(0xA0, der(0x30, der(2, b"\0"), bytes(200))))


def mail(content: bytes, kind: bytes = b"signed-data") -> bytes:
    return (
        b"From: ada@mill.example\nSubject: Contract\nContent-Type: application/pkcs7-mime;"
        b" smime-type=" + kind + b"; name=smime.p7m\nContent-Transfer-Encoding: base64\n"
        b"Content-Disposition: attachment; filename=smime.p7m\n\n" + base64.encodebytes(content)
    )


@pytest.mark.parametrize("streamed", [False, True])
def test_the_content_of_a_signed_mail_is_its_text(streamed: bool) -> None:
    data = mail(signed(INNER, streamed))
    parsed = eml.parse(Blob(data), LIMITS)
    assert "The contract is signed." in parsed.blocks[-1].text
    assert "attachments" not in parsed.metadata
    assert list(members(Blob(data, "a.eml"), LIMITS)) == []


def test_what_is_attached_to_a_signed_mail_is_a_document() -> None:
    inner = (
        b"Content-Type: multipart/mixed; boundary=X\n\n--X\n" + INNER + b"\n--X\n"
        b"Content-Disposition: attachment; filename=plan.txt\n\nWords.\n--X--\n"
    )
    data = mail(signed(inner))
    assert [member.path for member in members(Blob(data, "a.eml"), LIMITS)] == ["plan.txt"]


def test_an_encrypted_mail_is_told_to_be() -> None:
    with pytest.raises(DocumentError) as caught:
        eml.parse(Blob(mail(ENVELOPED, b"enveloped-data")), LIMITS)
    assert caught.value.document_code == "encrypted"


@pytest.mark.parametrize("pem", [False, True])
def test_a_signed_file_is_a_container_of_one(pem: bool) -> None:
    data = signed(b"The words that were signed. " * 10, streamed=pem)
    assert detect(data) == "application/pkcs7-mime"
    if pem:
        data = b"-----BEGIN PKCS7-----\n" + base64.encodebytes(data) + b"-----END PKCS7-----\n"
    (member,) = members(Blob(data, "letter.txt.p7m"), LIMITS)
    assert member.path == "letter.txt"
    if not pem:
        assert open_member(data, "letter.txt", LIMITS).startswith(b"The words")
    (inside,) = members(Blob(signed(INNER), "smime.p7m"), LIMITS)
    assert inside.path == "smime.eml"


def test_an_encrypted_file_is_told_to_be() -> None:
    with pytest.raises(DocumentError) as caught:
        list(members(Blob(ENVELOPED, "a.p7m"), LIMITS))
    assert caught.value.document_code == "encrypted"


def test_damage_ends_without_a_content() -> None:
    whole = signed(INNER, streamed=True)
    assert all(signed_content(whole[:size]) is None for size in range(len(whole) - 12))
    assert signed_content(b"\x30\x80" * 5_000) is None
