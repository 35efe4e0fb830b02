"""EPUB."""

import pytest
from support.writers.office_writer import epub

from gristmill.pipeline.parsers.markup import epub as parser
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

XHTML = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
XHTML += '"http://127.0.0.1:9/xhtml11.dtd"><html xmlns="http://www.w3.org/1999/xhtml">'


def page(body: str) -> str:
    return f"{XHTML}<head><title/></head><body>{body}</body></html>"


def read(chapters: dict[str, str], others: dict[str, str | bytes] | None = None) -> Parsed:
    return parser.parse(Blob(epub(chapters, others)), Limits())


def test_chapters_are_read_in_the_order_of_the_book() -> None:
    parsed = read(
        {"b.xhtml": page("<h1>Wheel</h1><p>It turns.</p>"), "a.xhtml": page("<p>End</p>")}
    )
    assert [block.text for block in parsed.blocks] == ["Wheel", "It turns.", "End"]
    assert parsed.title == "The Mill"
    assert parsed.metadata == {"author": "Ada Miller, Ben Wright", "language": "en"}


def test_named_characters_are_read_without_their_dtd() -> None:
    parsed = read({"a.xhtml": page("<p>Caf&eacute;&nbsp;&mdash; 5 &lt; 6</p>")})
    assert parsed.blocks[0].text == "Caf\u00e9\u00a0\u2014 5 < 6"


def test_a_chapter_without_a_heading_gets_that_of_the_contents() -> None:
    contents = (
        '<!DOCTYPE ncx><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint>'
        "<navLabel><text>The  Race</text></navLabel>"
        '<content src="text/a.xhtml#x"/></navPoint></navMap></ncx>'
    )
    parsed = read({"a.xhtml": page("<p>Water.</p>")}, {"OPS/toc.ncx": contents})
    assert [(block.kind, block.text) for block in parsed.blocks] == [
        (BlockKind.HEADING, "The Race"),
        (BlockKind.TEXT, "Water."),
    ]


def test_a_page_that_is_no_xml_is_read_as_html() -> None:
    parsed = read({"a.xhtml": "<html><body><p>One<br>two<p>three</body></html>"})
    assert [block.text for block in parsed.blocks] == ["One\ntwo", "three"]


def test_broken_chapters_are_listed_and_the_others_kept() -> None:
    parsed = read({"a.xhtml": page("<p>One</p>"), "b.xhtml": ""})
    assert [block.text for block in parsed.blocks] == ["One"]
    assert parsed.metadata["broken_chapters"] == ["OPS/text/b.xhtml"]


def test_a_protected_book_is_encrypted_but_not_for_its_fonts() -> None:
    def locked(name: str) -> dict[str, str | bytes]:
        return {"META-INF/encryption.xml": f'<e><CipherReference URI="OPS/{name}"/></e>'}

    chapters = {"a.xhtml": page("<p>One</p>")}
    assert read(chapters, locked("font.otf")).blocks
    with pytest.raises(DocumentError) as caught:
        read(chapters, locked("text/a.xhtml"))
    assert caught.value.document_code == "encrypted"


def test_entities_of_a_chapter_are_never_expanded() -> None:
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    text = f"<!DOCTYPE html [<!ENTITY l0 'ha'>{laughs}]><html><body><p>&l11;</p></body></html>"
    try:
        parsed = read({"a.xhtml": text})
    except DocumentError as error:
        assert error.document_code == "parse_error"
    else:
        assert sum(len(block.text) for block in parsed.blocks) < 5000


def test_a_bomb_of_a_chapter_is_too_large() -> None:
    with pytest.raises(DocumentError) as caught:
        read({"a.xhtml": page(" " * 20_000_000)})
    assert caught.value.document_code == "too_large"
