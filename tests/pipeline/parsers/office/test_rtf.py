"""RTF."""

import pytest

from gristmill.pipeline.parsers.office.rtf import rtf
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

HEADING, TEXT, LIST, TABLE = BlockKind.HEADING, BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE


def read(body: str) -> Parsed:
    return rtf.parse(Blob(b"{\\rtf1\\ansi " + body.encode("latin-1") + b"}"), Limits())


def test_headings_by_style_and_by_level_and_text() -> None:
    parsed = read(
        r"{\stylesheet{\s0 Normal;}{\s3\sbasedon0 heading 2;}{\s4 Title;}}"
        r"\pard\s4 The Mill\par\pard\s3 Wheel\par\pard It \b turns\b0 .\par"
        r"\pard\outlinelevel0 Stones\par\pard Dressed\line by hand."
    )
    assert parsed.blocks == (
        Block(HEADING, "The Mill", 1),
        Block(HEADING, "Wheel", 3),
        Block(TEXT, "It turns."),
        Block(HEADING, "Stones", 2),
        Block(TEXT, "Dressed\nby hand."),
    )
    assert parsed.title == "The Mill"


def test_what_the_document_says_of_itself() -> None:
    parsed = read(
        r"{\info{\title The Old Mill}{\author Ada Miller}{\creatim\yr2024\mo5\dy1\hr9\min5}}x"
    )
    assert parsed.title == "The Old Mill"
    assert parsed.metadata == {"author": "Ada Miller", "created": "2024-05-01T09:05:00"}


def test_characters_of_code_pages_fonts_and_numbers() -> None:
    parsed = read(
        r"\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}"
        r"{\f2\fcharset128 Mincho;}}"
        r"\f0 Caf\'e9 {\f1\'cc\'e5\'eb\'fc}{\f2\'90\'85} \u8212?\u-10179?\u-8970? \{a\}\~b\emdash"
    )
    assert (
        parsed.blocks[0].text
        == "Caf\u00e9 \u041c\u0435\u043b\u044c\u6c34 \u2014\U0001f4f6 {a} b\u2014"
    )


def test_a_number_may_stand_for_several_bytes_that_follow() -> None:
    assert read(r"\uc2 a\u8212\'97\'97b{\uc0 \u8212 c}\u233xyz").blocks[0].text == (
        "a\u2014b\u2014c\u00e9z"
    )


def test_rows_become_a_table() -> None:
    row = r"\trowd\cellx1\cellx2\pard\intbl {}\cell {}\cell\row"
    body = "before\\par" + row.replace("{}", "pit", 1).replace("{}", "80", 1)
    parsed = read(body + row.replace("{}", r"nut\par two", 1).replace("{}", "20", 1) + r"\pard z")
    assert [block.text for block in parsed.blocks] == [
        "before",
        "| pit | 80 |\n| --- | --- |\n| nut two | 20 |",
        "z",
    ]


def test_items_of_lists_and_notes() -> None:
    parsed = read(
        r"{\listtext\'b7\tab}grain\par{\listtext\'b7\tab}\ilvl1 rye\par\pard{\listtext 2.\tab}stone"
        r"\par\pard Dressed{\footnote {\chftn} By hand.} once.\par"
    )
    assert [(block.kind, block.text) for block in parsed.blocks] == [
        (LIST, "- grain\n  - rye\n2. stone"),
        (TEXT, "Dressed[1] once."),
        (TEXT, "[1] By hand."),
    ]


def test_pictures_fields_hidden_and_unknown_groups_are_not_text() -> None:
    parsed = read(
        r"a{\pict\pngblip 89504e47}{\*\unknown b}{\v secret}{\header c}"
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\pict\bin4 {}{}}z"
    )
    assert parsed.blocks[0].text == "alinkz"


def test_a_document_that_ends_early_keeps_what_it_has() -> None:
    parsed = rtf.parse(Blob(b"{\\rtf1 It {\\b turns"), Limits())
    assert parsed.blocks[0].text == "It turns"
    assert "ends too early" in parsed.metadata["damaged"]


@pytest.mark.parametrize("data", [b"{" * 5000, b"{\\rtf1" + b"{\\b" * 100_000])
def test_absurd_nesting_is_a_parse_error(data: bytes) -> None:
    with pytest.raises(DocumentError, match="too deeply") as caught:
        rtf.parse(Blob(data), Limits())
    assert caught.value.document_code == "parse_error"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"{\\rtf1 }}}}a", "a"),
        (b"{\\rtf1\\", ""),
        (b"\\'", "'"),
        (b"{\\rtf1\\u}", "\0"),
        (b"\\bin99", ""),
    ],
)
def test_odd_ends_are_survived(data: bytes, text: str) -> None:
    parsed = rtf.parse(Blob(data), Limits())
    assert "".join(block.text for block in parsed.blocks) == text


def texts(body: str) -> list[str]:
    return [block.text for block in read(body).blocks]


def test_what_was_deleted_is_not_said_and_what_was_inserted_is() -> None:
    assert texts(r"The stone {\deleted was flat and }{\revised is} round.") == [
        "The stone is round."
    ]
    assert texts(r"a\deleted b\deleted0 c\deleted d\plain e{\mvf f}{\mvt g}") == ["aceg"]


def test_html_wrapped_in_rtf_is_shown_once() -> None:
    body = (
        r"{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Dear Ada\htmlrtf \par}\htmlrtf0 {\*\htmltag72 </p>}"
    )
    assert texts(body) == ["Dear Ada"]


def test_signs_of_symbol_fonts_are_what_they_show() -> None:
    fonts = r"{\fonttbl{\f0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset2 Wingdings;}}"
    assert texts(fonts + r"{\f0 a }{\f1 a\'a3}{\f1\u-3919?}{\f2\'fc}") == ["a α≤±✓"]


def test_headers_and_footers_come_once_after_the_text() -> None:
    body = r"{\header Alder Mill\par}{\footerf Page {\field{\*\fldinst PAGE}{\fldrslt 1}}}x\par"
    assert texts(body + r"\sect{\header Alder Mill\par}y") == ["x", "y", "Alder Mill", "Page 1"]


def test_a_text_box_does_not_tear_its_paragraph_and_is_read_once() -> None:
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt Mind\par the wheel}}{\shprslt{\*\do Mind}}}"
    assert texts(rf"At the {box}door.\par after") == ["At the door.", "Mind\nthe wheel", "after"]


def test_the_unicode_side_of_two_is_read() -> None:
    assert texts(r"{\upr{Mu?ller}{\*\ud{M\u252?ller}}} here") == ["Müller here"]


def test_boxes_and_lists_of_forms_show_their_state() -> None:
    box = r"{\field{\*\fldinst FORMCHECKBOX{\*\formfield{\fftype1\ffres25\ffdefres1}}}{\fldrslt}}"
    drop = r"{\*\formfield{\fftype2\ffres1{\*\ffname a}{\*\ffl rye}{\*\ffl oats}}}"
    assert texts(f"{box} dry {drop}") == ["☒ dry oats"]


def test_comments_have_their_author_and_formulas_their_parts() -> None:
    comment = r"{\*\atnid AM}{\*\atnauthor Ada}\chatn{\*\annotation{\*\atnref 1}Sure?}"
    assert texts(rf"Dressed{comment} stone") == ["Dressed stone", "[Comment by Ada] Sure?"]
    formula = r"{\mmath{\*\moMath{\mf{\mnum{\mr x}}{\mden{\mr 2}}}}}"
    assert texts(formula) == ["x/2"]


def object_of(data: bytes) -> str:
    header = b"\1\5\0\0\2\0\0\0" + b"\4\0\0\0Pkg\0" + bytes(8)
    return (header + len(data).to_bytes(4, "little") + data).hex()


def test_an_embedded_document_is_read_and_what_is_none_is_a_warning() -> None:
    inner = object_of(rb"{\rtf1 rye is dry}")
    parsed = read(rf"before{{\object\objemb{{\*\objdata {inner}}}{{\result{{\pict 00}}}}}} x\par y")
    assert [block.text for block in parsed.blocks] == ["before x", "rye is dry", "y"]
    for data in (object_of(b"\0\1\2"), "0105", "zz"):
        parsed = read(rf"a{{\object{{\*\objdata {data}}}}}")
        assert [each.code for each in parsed.warnings] == ["object_left_out"]
