"""Slides as they are seen: order, numbers, what stands on every slide, comments."""

import pytest
from support.writers.office_writer import OFFICE, A, P, pptx, relationships, shape, slide

from gristmill.pipeline.parsers.office.slides import pptx as parser
from gristmill.pipeline.parsers.office.slides.order import Place, reading_order
from gristmill.pipeline.shapes import Blob, Limits, Parsed


def read(tree: str, others: dict[str, str | bytes] | None = None) -> Parsed:
    return parser.parse(Blob(pptx([tree], others)), Limits())


def texts(tree: str, others: dict[str, str | bytes] | None = None) -> list[str]:
    return [block.text for block in read(tree, others).blocks]


def placed(text: str, left: int, top: int, width: int = 100, height: int = 20) -> str:
    return (
        f'<p:sp><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'
        f"</a:xfrm></p:spPr><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def test_boxes_are_read_from_top_to_bottom() -> None:
    tree = placed("three", 0, 90) + placed("one", 0, 10) + placed("two", 300, 50)
    assert texts(tree + shape("title", "How")) == ["How", "one", "two", "three"]


def test_a_column_that_was_made_as_one_stays_one() -> None:
    heads = placed("Rye", 0, 0) + placed("dry", 0, 30) + placed("Oats", 200, 0)
    assert texts(heads + placed("wet", 200, 30)) == ["Rye", "dry", "Oats", "wet"]


def test_rows_come_first_where_neither_order_was_made() -> None:
    tree = placed("wet", 200, 30) + placed("dry", 0, 30) + placed("Oats", 200, 0)
    assert texts(tree + placed("Rye", 0, 0)) == ["Rye", "Oats", "dry", "wet"]


def test_a_group_stays_together_and_is_read_in_its_own_order() -> None:
    group = (
        '<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="50"/><a:ext cx="9" cy="9"/></a:xfrm>'
        f"</p:grpSpPr>{placed('c', 0, 9000)}{placed('b', 0, 8000)}</p:grpSp>"
    )
    assert texts(group + placed("d", 0, 80) + placed("a", 0, 0)) == ["a", "b", "c", "d"]


def test_a_placeholder_stands_where_its_layout_puts_it() -> None:
    layout = slide(
        placed("", 0, 100).replace("<p:spPr>", '<p:nvPr><p:ph idx="7"/></p:nvPr><p:spPr>')
    )
    body = "<p:sp><p:nvPr><p:ph idx='7'/></p:nvPr><p:txBody><a:p><a:r><a:t>low</a:t></a:r></a:p>"
    others: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide0.xml.rels": relationships(("l", "slideLayout", "../l.xml")),
        "ppt/l.xml": layout,
    }
    assert texts(f"{body}</p:txBody></p:sp>{placed('high', 0, 10)}", others) == ["high", "low"]


def test_a_thousand_boxes_in_a_thousand_rows_are_put_in_order() -> None:
    places = [Place(0, 1000 - n, 10, 1) for n in range(1000)]
    assert reading_order(places) == list(range(999, -1, -1))
    assert reading_order([Place(0, 0, 0, 0)] * 400) == list(range(400))
    assert reading_order([Place(0, 400 - n, 10, 0.5) for n in range(400)]) == list(
        range(399, -1, -1)
    )


def point(text: str, level: int = 0, kind: str = "arabicPeriod") -> str:
    return (
        f'<a:p><a:pPr lvl="{level}"><a:buAutoNum type="{kind}"/></a:pPr>'
        f"<a:r><a:t>{text}</a:t></a:r></a:p>"
    )


def test_points_keep_their_numbers() -> None:
    points = point("lift") + point("cut", 1, "alphaLcParenR") + point("turn", 1, "alphaLcParenR")
    tree = f"<p:sp><p:txBody>{points}{point('rake')}</p:txBody></p:sp>"
    assert texts(tree) == ["1. lift\n  a) cut\n  b) turn\n2. rake"]


def test_what_stands_on_every_slide_comes_once_at_the_end() -> None:
    others: dict[str, str | bytes] = {
        f"ppt/slides/_rels/slide{n}.xml.rels": relationships(("l", "slideLayout", "../l.xml"))
        for n in range(2)
    }
    others["ppt/l.xml"] = slide(shape("", "prompt") + placed("Alder Mill", 0, 0), "sldLayout")
    others["ppt/l.xml"] = str(others["ppt/l.xml"]).replace("prompt", "")
    slides = [shape("title", name) + shape("ftr", "Draft") + shape("sldNum", "1") for name in "ab"]
    parsed = parser.parse(Blob(pptx(slides, others)), Limits())
    assert [block.text for block in parsed.blocks] == ["a", "b", "Draft", "Alder Mill"]


def test_alternatives_are_read_once_and_hidden_shapes_never() -> None:
    choice = f"<mc:Choice>{placed('new', 0, 0)}</mc:Choice>"
    tree = (
        f'<mc:AlternateContent xmlns:mc="u:mc">{choice}<mc:Fallback>{placed("old", 0, 0)}'
        "</mc:Fallback></mc:AlternateContent>"
    )
    hidden = placed("x", 0, 50).replace(
        "<p:spPr>", '<p:nvSpPr><p:cNvPr id="1" name="a" hidden="1"/></p:nvSpPr><p:spPr>'
    )
    assert texts(tree + hidden) == ["new"]


def test_comments_follow_their_slide_with_who_made_them() -> None:
    others: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide0.xml.rels": relationships(("c", "comments", "../c.xml")),
        "ppt/_rels/presentation.xml.rels": relationships(
            ("s0", "slide", "slides/slide0.xml"), ("w", "commentAuthors", "w.xml")
        ),
        "ppt/c.xml": f'<p:cmLst xmlns:p="{P}"><p:cm authorId="3"><p:text>Sure?</p:text></p:cm>'
        "</p:cmLst>",
        "ppt/w.xml": f'<p:cmAuthorLst xmlns:p="{P}"><p:cmAuthor id="3" name="Ben"/>'
        "</p:cmAuthorLst>",
    }
    assert texts(placed("a", 0, 0), others) == ["a", "[Comment by Ben] Sure?"]


def test_cells_that_span_are_cells() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<a:tc {more}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:tc>"

    rows = "<a:tr>" + cell("Gear", "gridSpan='2'") + cell("", "hMerge='1'") + "</a:tr>"
    rows += f"<a:tr>{cell('pit')}{cell('80')}</a:tr>"
    (block,) = read(f"<p:graphicFrame><a:tbl>{rows}</a:tbl></p:graphicFrame>").blocks
    spans = [(each.text, each.columns) for each in block.cells]
    assert spans == [("Gear", 2), ("pit", 1), ("80", 1)]


@pytest.mark.parametrize("kind", ["oleObj", "chart"])
def test_what_is_not_there_is_not_read(kind: str) -> None:
    frame = f'<p:graphicFrame><p:{kind} xmlns:r="{OFFICE}" r:id="none"/></p:graphicFrame>'
    assert texts(frame + placed("a", 0, 0)) == ["a"]


def test_formulas_and_signs_are_text() -> None:
    formula = (
        '<m:oMath xmlns:m="u:m"><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t>'
        "</m:r></m:sup></m:sSup></m:oMath>"
    )
    sign = f'<a:r><a:rPr><a:sym typeface="Wingdings"/></a:rPr><a:t>{chr(0xF0E0)}</a:t></a:r>'
    tree = f'<p:sp><p:txBody><a:p xmlns:a="{A}">{formula}{sign}</a:p></p:txBody></p:sp>'
    assert texts(tree) == ["x^2🡪"]
