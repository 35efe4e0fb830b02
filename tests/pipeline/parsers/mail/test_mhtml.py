"""Web pages in one file."""

import pytest

from gristmill.pipeline.containers.members import members
from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.mail import mhtml
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
LONG = b"<p>" + b"The wheel turns by night and by day. " * 10 + b"</p>"
HEAD = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://mill.example/wheel\r\n"
    b"Subject: Of the wheel\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; type="text/html"; boundary=X\r\n\r\n'
)
IMAGE = b"Content-Type: image/png\r\nContent-Location: https://mill.example/a.png\r\n\r\nPNG"
STYLE = b"Content-Type: text/css\r\nContent-Location: cid:css@x\r\n\r\np { color: red }"


def page(html: bytes) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\nContent-Location: p\r\n\r\n" + html


def saved(*parts: bytes) -> bytes:
    return HEAD + b"".join(b"--X\r\n" + part + b"\r\n" for part in parts) + b"--X--\r\n"


def test_a_saved_page_is_the_page_and_its_pictures_no_documents() -> None:
    data = saved(page(b"<title>Wheel</title><h1>The wheel</h1>" + LONG), STYLE, IMAGE)
    assert detect(data, "page.mhtml") == detect(data) == "application/x-mimearchive"
    parsed = mhtml.parse(Blob(data), LIMITS)
    assert parsed.title == "Wheel" and parsed.blocks[0].text == "The wheel"
    assert parsed.metadata["url"] == "https://mill.example/wheel"
    assert not any("Saved by" in block.text for block in parsed.blocks)
    assert list(members(Blob(data, "page.mhtml"), LIMITS)) == []


def test_a_page_of_frames_is_its_frames() -> None:
    frames = saved(page(b"<frameset><frame src=a></frameset>"), page(LONG), page(b"<p>ad</p>"))
    text = "".join(block.text for block in mhtml.parse(Blob(frames), LIMITS).blocks)
    assert "by night" in text and "ad" not in text
    beside = mhtml.parse(Blob(saved(page(LONG), page(LONG))), LIMITS)
    assert [warning.code for warning in beside.warnings] == ["object_left_out"]


def test_a_mail_of_that_name_is_read_as_one() -> None:
    mail = b"From: a@b\nTo: c@d\nSubject: Plan\n\nSee the plan."
    assert mhtml.parse(Blob(mail), LIMITS).title == "Plan"
    with pytest.raises(DocumentError):
        mhtml.parse(Blob(b"\n\nwords"), LIMITS)
