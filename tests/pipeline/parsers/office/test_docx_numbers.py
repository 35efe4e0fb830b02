"""Numbers of DOCX lists."""

import pytest
from support.writers.office_writer import docx, paragraph, word_part

from gristmill.pipeline.parsers.office.numerals import numeral
from gristmill.pipeline.parsers.office.word import docx as parser
from gristmill.pipeline.shapes import Blob, BlockKind, Limits


def level(depth: int, form: str, pattern: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'{more}<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def abstract(identity: int, inside: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{identity}">{inside}</w:abstractNum>'


def numbered(identity: int, of: int, inside: str = "") -> str:
    return f'<w:num w:numId="{identity}"><w:abstractNumId w:val="{of}"/>{inside}</w:num>'


def override(depth: int, inside: str) -> str:
    return f'<w:lvlOverride w:ilvl="{depth}">{inside}</w:lvlOverride>'


def item(text: str, identity: int, depth: int = 0) -> str:
    return paragraph(
        text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{identity}"/></w:numPr>'
    )


def items(body: str, numbering: str, styles: str = "") -> list[str]:
    others: dict[str, str | bytes] = {
        "word/numbering.xml": word_part("numbering", numbering),
        "word/styles.xml": word_part("styles", styles),
    }
    parsed = parser.parse(Blob(docx(body, others)), Limits())
    return [line for block in parsed.blocks for line in block.text.split("\n")]


def test_a_list_counts_on_until_another_of_its_kind_overrides_the_start() -> None:
    lists = abstract(1, level(0, "decimal", "%1.")) + numbered(1, 1)
    lists += numbered(2, 1, override(0, '<w:startOverride w:val="5"/>')) + numbered(3, 1)
    body = item("a", 1) + item("b", 3) + item("c", 2) + paragraph("x") + item("d", 2)
    assert items(body, lists) == ["1. a", "2. b", "5. c", "x", "6. d"]


def test_a_level_that_a_list_overrides_has_its_own_form() -> None:
    lists = abstract(1, level(0, "decimal", "%1.")) + numbered(1, 1)
    lists += numbered(2, 1, override(0, level(0, "upperLetter", "Annex %1:")))
    body = item("a", 1) + item("b", 1) + item("rye", 2) + item("oats", 2)
    assert items(body, lists) == ["1. a", "2. b", "Annex A: rye", "Annex B: oats"]


def test_a_list_that_a_style_stands_for_has_that_lists_levels() -> None:
    lists = abstract(1, '<w:numStyleLink w:val="Articles"/>') + numbered(1, 1)
    lists += abstract(2, '<w:styleLink w:val="Articles"/>' + level(0, "upperRoman", "Article %1."))
    assert items(item("Scope", 1), lists) == ["Article I. Scope"]


def test_levels_of_headings_are_told_by_their_styles() -> None:
    lists = abstract(
        1,
        level(0, "upperRoman", "%1", '<w:pStyle w:val="H1"/>')
        + level(1, "decimal", "%1.%2", '<w:pStyle w:val="H2"/><w:isLgl/>'),
    ) + numbered(1, 1)
    styles = "".join(
        f'<w:style w:styleId="H{n}"><w:name w:val="heading {n}"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        for n in (1, 2)
    )
    body = "".join(
        paragraph(text, f'<w:pStyle w:val="H{n}"/>')
        for n, text in ((1, "Mill"), (2, "Wheel"), (2, "Race"), (1, "Grain"), (2, "Rye"))
    )
    found = items(body, lists, styles)
    assert found == ["I Mill", "1.1 Wheel", "1.2 Race", "II Grain", "2.1 Rye"]


def test_deeper_levels_start_anew_after_a_bullet_too_unless_told_never_to() -> None:
    lists = abstract(1, level(0, "bullet", "*") + level(1, "decimal", "%2)")) + numbered(1, 1)
    lists += abstract(2, level(0, "decimal", "%1.") + level(1, "decimal", "%2)", _NEVER))
    lists += numbered(2, 2)
    body = item("a", 1) + item("b", 1, 1) + item("c", 1) + item("d", 1, 1) + paragraph("x")
    assert items(body, lists) == ["- a", "  1) b", "- c", "  1) d", "x"]
    body = body.replace('numId w:val="1"', 'numId w:val="2"')
    assert items(body, lists) == ["1. a", "  1) b", "2. c", "  2) d", "x"]


_NEVER = '<w:lvlRestart w:val="0"/>'


def test_items_in_cells_and_items_without_text_are_counted() -> None:
    lists = abstract(1, level(0, "decimal", "%1.")) + numbered(1, 1)
    cells = "".join(f"<w:tc>{item(text, 1)}</w:tc>" for text in ("oak", "elm"))
    body = item("a", 1) + item("", 1) + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    assert items(body, lists)[:2] == ["1. a", "| 3. oak | 4. elm |"]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (27, "lowerLetter", "aa"),
        (4, "upperRoman", "IV"),
        (7, "decimalZero", "07"),
        (22, "ordinal", "22nd"),
        (12, "ordinal", "12th"),
        (3, "decimalEnclosedCircle", "③"),
        (21, "chineseCounting", "二十一"),
        (2, "iroha", "ロ"),
        (5, "none", ""),
        (5, "unheardOf", "5"),
    ],
)
def test_numbers_are_written_as_their_form_says(number: int, form: str, text: str) -> None:
    assert numeral(number, form) == text


def test_the_kind_of_a_list_block_stays() -> None:
    lists = abstract(1, level(0, "none", "Note:")) + numbered(1, 1)
    others: dict[str, str | bytes] = {"word/numbering.xml": word_part("numbering", lists)}
    (block,) = parser.parse(Blob(docx(item("dry", 1), others)), Limits()).blocks
    assert (block.kind, block.text) == (BlockKind.LIST, "Note: dry")
