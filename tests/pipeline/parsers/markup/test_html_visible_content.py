"""What readers see of a page is its text, and what they do not see is not."""

import pytest

from gristmill.pipeline.parsers.markup import htmldoc
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.structure import WarningCode


def parse(html: str) -> Parsed:
    return htmldoc.parse(Blob(html.encode(), "page.html"), Limits())


def text(html: str) -> str:
    return "\n".join(block.text for block in parse(html).blocks)


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p>Miller: <input value='Ada Lund'> of Alder</p>", "Miller: Ada Lund of Alder"),
        ("<p><input type=checkbox checked> oiled</p>", "☒ oiled"),
        ("<p><input type=radio> not oiled</p>", "☐ not oiled"),
        ("<form><textarea>two\nlines</textarea></form>", "two\nlines"),
        ("<select><option>oats<option selected>rye</select>", "rye"),
        ("<details><summary>Gears</summary>Pit wheel</details>", "Gears\nPit wheel"),
        ("<p>10<sup>6</sup> grains on 3 m<sup>2</sup>, the 1<sup>st</sup></p>",
         "10^6 grains on 3 m^2, the 1st"),
        ("<p>H<sub>2</sub>O</p>", "H2O"),
        ("<ruby>水<rt>すい</rt>車<rt>しゃ</rt></ruby>", "水車(すいしゃ)"),
        ("<ruby>水車<rp>(</rp><rt>すいしゃ</rt><rp>)</rp></ruby>", "水車(すいしゃ)"),
        ("<p>He said <q>grind <b>now</b></q>.</p>", "He said “grind now”."),
        ("<svg><title>icon</title><text x=1>Sacks</text><text>142</text></svg>", "Sacks 142"),
        ("<iframe srcdoc='<p>inside &amp;amp; out</p>'></iframe>", "inside & out"),
        ("<noscript><p>The post itself.</p></noscript>", "The post itself."),
        ("<div><template shadowrootmode=open><p>shadow</p></template></div>", "shadow"),
        ("<object data=x.swf><p>instead</p></object>", "instead"),
        ("<p>un<x-mark>believ</x-mark>able<wbr>s</p>", "unbelievables"),
        ("<x-card>One</x-card><x-card>Two</x-card>", "One\nTwo"),
        ("<p>one<br>two<br/>three</p>", "one\ntwo\nthree"),
    ],
)  # fmt: skip
def test_what_is_seen_is_read(html: str, seen: str) -> None:
    assert text(html) == seen


@pytest.mark.parametrize(
    "unseen",
    [
        "<p hidden>no</p>",
        "<div style='color:red; Display : none'><p>no</p></div>",
        "<span style='visibility:hidden'>no</span>",
        "<dialog>no</dialog>",
        "<template><p>no</p></template>",
        "<input type=hidden value=no>",
        "<input type=password value=no>",
        "<noscript>Please enable JavaScript: no</noscript>",
        "<svg><title>no</title><path d=no /></svg>",
        "<audio>no</audio>",
    ],
)
def test_what_is_not_seen_is_not_read(unseen: str) -> None:
    assert text(f"<p>The wheel turns.</p>{unseen}<p>It stops.</p>") == "The wheel turns.\nIt stops."


def test_a_page_that_hides_nearly_all_of_itself_is_shown_by_a_script() -> None:
    body = "<p>The whole text of this page, which a script shows.</p>"
    assert "whole text" in text(f"<p>Wait</p><div style='display:none'>{body}</div>")


def test_lists_have_the_numbers_that_browsers_show() -> None:
    assert text("<ol><li>a<li value=7>b<li>c</ol>") == "1. a\n7. b\n8. c"
    assert text("<ol reversed><li>a<li>b</ol>") == "2. a\n1. b"
    assert text("<ol type=a start=26><li>x<li>y</ol>") == "z. x\naa. y"
    assert text("<ol type=I start=4><li>x</ol>") == "IV. x"


def test_formulas_are_text_in_lines_and_in_cells() -> None:
    power = "<msup><mi>r</mi><mn>2</mn></msup>"
    page = f"<p>An area of <math><mi>π</mi>{power}</math> here.</p>"
    table = f"<table><tr><th>a<th>b<tr><td>x<td><math>{power}</math></table>"
    assert text(page + table).split("\n")[0] == "An area of πr^2 here."
    assert "| x | r^2 |" in text(page + table)


def test_a_formula_that_a_script_drew_as_well_is_read_once() -> None:
    note = "<annotation encoding='application/x-tex'>x^2</annotation>"
    source = f"<math><semantics><mrow><mi>x</mi></mrow>{note}</semantics></math>"
    drawn = "<span class=katex-html aria-hidden=true><span>x</span><span>2</span></span>"
    assert text(f"<p>So <span class=k><span>{source}</span>{drawn}</span>.</p>") == "So x^2."
    tex = "<span class=MathJax>x2</span><script type='math/tex'>x^2</script>"
    assert text(f"<p>So {tex}.</p>") == "So x^2."
    hidden = f"<span style='display: none'>{source}</span><img alt='x^2' aria-hidden=true>"
    assert text(f"<p>So {hidden}.</p>") == "So x^2."


def test_captions_stand_beside_their_tables_and_figures() -> None:
    rows = "<tr><th>Year<th>Sacks<tr><td>2019<td>142"
    parsed = parse(
        f"<table><caption>Harvests</caption>{rows}</table>"
        "<figure><img src=x><figcaption>The pit wheel</figcaption></figure>"
    )
    kinds = [(block.kind, block.text.split("\n")[0]) for block in parsed.blocks]
    assert kinds == [
        (BlockKind.CAPTION, "Harvests"),
        (BlockKind.TABLE, "| Year | Sacks |"),
        (BlockKind.CAPTION, "The pit wheel"),
    ]


def test_cells_say_what_markdown_rows_cannot() -> None:
    spanning = "<table><tr><th colspan=2>Sacks<tr><th>rye<td rowspan=9>47<tr><th>oats</table>"
    cells = [tuple(cell) for cell in parse(spanning).blocks[0].cells]
    assert cells == [
        ("Sacks", 0, 0, 1, 2, True),
        ("rye", 1, 0, 1, 1, True),
        ("47", 1, 1, 2, 1, False),
        ("oats", 2, 0, 1, 1, True),
    ]
    assert parse("<table><tr><th>a<th>b<tr><td>1<td>2</table>").blocks[0].cells == ()


def test_a_page_that_scripts_write_says_so() -> None:
    empty = "<div id=root></div><script src=app.js></script>"
    asking = "<noscript>You need to enable JavaScript to run this app.</noscript>"
    for page in (empty, asking + empty):
        codes = [warning.code for warning in parse(f"<body>{page}</body>").warnings]
        assert codes == [WarningCode.PART_UNREADABLE]
    assert parse(f"<p>{'The wheel turns. ' * 20}</p>{asking}").warnings == []


def test_what_stands_for_a_picture_is_text_where_it_has_words() -> None:
    assert text("<p>See <img alt='the pit wheel'> here</p>") == "See the pit wheel here"
    assert text("<p>See <img alt='IMG_0042.jpg'><img alt=image><img> here</p>") == "See here"


def test_a_page_of_pictures_and_embedded_objects_says_how_many_were_not_read() -> None:
    found = parse("<p>Plan</p><img src=a><img src=b><img alt=c><embed src=d.pdf>").warnings
    assert [(warning.code, warning.count) for warning in found] == [
        (WarningCode.OBJECT_LEFT_OUT, 1),
        (WarningCode.IMAGE_WITHOUT_TEXT, 2),
    ]


def test_frames_inside_each_other_end() -> None:
    page = "core"
    for _ in range(6):
        page = (
            '<iframe srcdoc="' + page.replace("&", "&amp;").replace('"', "&quot;") + '"></iframe>'
        )
    assert len(text(f"<p>out</p>{page}")) < 1000
    deep = "<div>" * 180 + "in" + "</div>" * 180
    assert "out" in text(f"{'<div>' * 100}out<iframe srcdoc='{deep}'></iframe>")


@pytest.mark.parametrize("many", ["<ruby>a<rt>b</rt></ruby>", "x<sup>2</sup>", "<p hidden>x</p>"])
def test_changes_in_place_take_linear_time(many: str) -> None:
    assert parse(f"<p>{many * 20_000}</p><p>end</p>").blocks[-1].text.endswith("end")
