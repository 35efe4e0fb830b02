"""PPTX."""

import pytest
from support.writers.office_writer import A, pptx, relationships, shape, slide

from gristmill.pipeline.parsers.office.slides import pptx as parser
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits
from gristmill.schemas.problems.errors import DocumentError

HEADING, TEXT, LIST, TABLE = BlockKind.HEADING, BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE


def grid(*rows: tuple[str, ...]) -> str:
    inside = "".join(
        "<a:tr>"
        + "".join(f"<a:tc><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:tc>" for cell in row)
        + "</a:tr>"
        for row in rows
    )
    return f"<p:graphicFrame><a:tbl>{inside}</a:tbl></p:graphicFrame>"


def test_slides_are_pages_with_headings_points_and_tables() -> None:
    first = shape("body", "one", "\ttwo") + shape("title", "The Wheel") + shape("", "Ten feet.")
    second = shape("sldNum", "2") + grid(("Gear", "Teeth"), ("pit", "80"))
    parsed = parser.parse(Blob(pptx([first, second])), Limits())
    assert parsed.blocks == (
        Block(HEADING, "The Wheel", 1, 1),
        Block(LIST, "- one\n  - two", 0, 1),
        Block(TEXT, "Ten feet.", 0, 1),
        Block(TABLE, "| Gear | Teeth |\n| --- | --- |\n| pit | 80 |", 0, 2),
    )
    assert parsed.pages == 2
    assert parsed.title == "The Mill"
    assert parsed.metadata["author"] == "Ada Miller"


def test_notes_follow_their_slide() -> None:
    others: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide0.xml.rels": relationships(
            ("r1", "notesSlide", "../notesSlides/n.xml")
        ),
        "ppt/notesSlides/n.xml": slide(shape("sldImg", "1") + shape("body", "Speak up"), "notes"),
    }
    parsed = parser.parse(Blob(pptx([shape("title", "A"), shape("", "b")], others)), Limits())
    assert [(b.text, b.page) for b in parsed.blocks] == [("A", 1), ("Notes: Speak up", 1), ("b", 2)]


def test_a_chart_becomes_the_table_behind_it() -> None:
    def points(kind: str, *values: str) -> str:
        inside = "".join(f'<c:pt idx="{n}"><c:v>{v}</c:v></c:pt>' for n, v in enumerate(values))
        return f"<c:{kind}><c:strCache>{inside}</c:strCache></c:{kind}>"

    series = points("tx", "Flour") + points("cat", "1910", "1911") + points("val", "80", "95")
    others: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide0.xml.rels": relationships(("r1", "chart", "../charts/c.xml")),
        "ppt/charts/c.xml": f'<c:x xmlns:c="u:c" xmlns:a="{A}"><c:ser>{series}</c:ser></c:x>',
    }
    frame = '<p:graphicFrame><c:chart xmlns:c="u:c" r:id="r1"/></p:graphicFrame>'
    (block,) = parser.parse(Blob(pptx([frame], others)), Limits()).blocks
    assert block.text == "|  | Flour |\n| --- | --- |\n| 1910 | 80 |\n| 1911 | 95 |"


def test_too_many_slides_are_too_large() -> None:
    with pytest.raises(DocumentError, match="3 slides") as caught:
        parser.parse(Blob(pptx([""] * 3)), Limits(max_pages=2))
    assert caught.value.document_code == "too_large"


def test_nothing_outside_of_the_file_is_a_part_of_it() -> None:
    outside = relationships(("r1", "notesSlide", "http://127.0.0.1:9/n.xml"))
    outside = outside.replace("/>", ' TargetMode="External"/>')
    others: dict[str, str | bytes] = {"ppt/slides/_rels/slide0.xml.rels": outside}
    parsed = parser.parse(Blob(pptx([shape("", "a")], others)), Limits())
    assert [block.text for block in parsed.blocks] == ["a"]


def test_a_part_that_leads_out_of_the_package_is_not_there() -> None:
    others: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide0.xml.rels": relationships(
            ("r1", "notesSlide", "../../../../../../etc/passwd")
        )
    }
    parsed = parser.parse(Blob(pptx([shape("", "a")], others)), Limits())
    assert [block.text for block in parsed.blocks] == ["a"]


def test_what_is_inside_of_shapes_tables_and_paragraphs_is_read_once() -> None:
    words = "word " * 20_000
    for opening, closing in (
        ("<p:sp>", "</p:sp>"),
        ("<p:graphicFrame><a:tbl><a:tr><a:tc>", "</a:tc></a:tr></a:tbl></p:graphicFrame>"),
        ("<p:sp><a:p>", "</a:p></p:sp>"),
    ):
        depth = 240 // (opening.count("<"))
        inside = f"<a:p><a:r><a:t>{words}</a:t></a:r></a:p>"
        tree = opening * depth + inside + closing * depth
        (block,) = parser.parse(Blob(pptx([tree])), Limits()).blocks
        assert block.text.strip() == words.strip()


def chart(series: str) -> bytes:
    others: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide0.xml.rels": relationships(("c", "chart", "../charts/1.xml")),
        "ppt/charts/1.xml": f'<c:chartSpace xmlns:c="x">{series}</c:chartSpace>',
    }
    frame = '<p:graphicFrame><c:chart xmlns:c="x" r:id="c"/></p:graphicFrame>'
    return pptx([frame], others)


def test_a_chart_of_too_many_cells_is_refused_before_they_are_made() -> None:
    points = "".join(f'<c:pt idx="{place}"/>' for place in range(20_000))
    series = "<c:ser/>" * 20_000 + f"<c:ser><c:val>{points}</c:val></c:ser>"
    with pytest.raises(DocumentError, match="charts") as caught:
        parser.parse(Blob(chart(series)), Limits())
    assert caught.value.document_code == "too_large"


def test_the_words_of_one_part_that_many_slides_show_are_bounded() -> None:
    data = '<c:pt idx="0"><c:v>' + "word " * 100_000 + "</c:v></c:pt>"
    series = f"<c:ser><c:tx>{data}</c:tx><c:val>{data}</c:val></c:ser>"
    with pytest.raises(DocumentError, match="characters") as caught:
        parser.parse(Blob(chart(series)), Limits(max_text_chars=600_000))
    assert caught.value.document_code == "too_large"
