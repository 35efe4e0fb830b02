"""Visiting cards."""

import pytest

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.mail.cards import vcf
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.problems.errors import DocumentError

NEW = (
    "BEGIN:VCARD\nVERSION:4.0\nFN:Ada Müller\nN:Müller;Ada;;;\nORG:The Mill;Stones\n"
    'TEL;TYPE="work,voice":tel:+49 30 1234\nitem1.EMAIL;TYPE=pref:ada@mill.example\n'
    "ADR;TYPE=home:;;Bach 1;Dorf;;12345;Germany\nBDAY:19700203\nNOTE:Grinds\\, daily.\n"
    "PHOTO;ENCODING=b:QUJD\nEND:VCARD\n"
)
OLD = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:"
    b"=CF=E5=F2=F0=EE=E2;=C8=\r\n=E2=E0=ED\r\nTEL;CELL:123\r\nEND:VCARD\r\n"
)


def test_a_card_is_a_section_of_readable_lines() -> None:
    assert detect(NEW.encode(), "x") == "text/vcard"
    parsed = vcf.parse(Blob(NEW.encode()), Limits())
    assert parsed.title == "Ada Müller"
    assert parsed.blocks[1].text.split("\n") == [
        "Organization: The Mill, Stones",
        "Phone (work, voice): +49 30 1234",
        "E-mail: ada@mill.example",
        "Address (home): Bach 1, Dorf, 12345, Germany",
        "Birthday: 1970-02-03",
    ]
    assert parsed.blocks[2].text == "Grinds, daily."
    assert [warning.code for warning in parsed.warnings] == ["object_left_out"]


def test_old_cards_write_in_quoted_printable() -> None:
    parsed = vcf.parse(Blob(OLD + NEW.encode()), Limits())
    assert parsed.blocks[0].text == "Иван Петров"
    assert parsed.blocks[1].text == "Phone (cell): 123"
    assert parsed.title is None and parsed.metadata == {"contacts": 2}


def test_what_is_no_card_is_told() -> None:
    for data, code in ((b"words", "parse_error"), (OLD * 20, "too_large")):
        with pytest.raises(DocumentError) as caught:
            vcf.parse(Blob(data), Limits(max_members=10))
        assert caught.value.document_code == code
