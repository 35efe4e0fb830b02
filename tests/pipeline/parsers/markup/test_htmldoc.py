"""HTML: articles without their site, everything else whole."""

import pytest

from gristmill.pipeline.parsers.markup import htmldoc
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
SENTENCE = "The wheel at Alder Mill turns every Sunday, and the stones grind at noon and at three. "


def parse(html: str, encoding: str = "utf-8") -> Parsed:
    return htmldoc.parse(Blob(html.encode(encoding), "page.html"), LIMITS)


def texts(parsed: Parsed) -> str:
    return "\n".join(block.text for block in parsed.blocks)


def news_page(article: str) -> str:
    scripts = "<script>track('everything')</script>" * 12
    links = "".join(f"<li><a href=/{n}>Other story number {n}</a></li>" for n in range(30))
    return (
        f"<html lang=en><head><title>Mill turns | Daily</title>{scripts}</head><body>"
        f"<nav><ul>{links}</ul></nav><article>{article}</article>"
        "<footer>All rights reserved</footer></body></html>"
    )


def test_an_article_keeps_its_headings_lists_tables_and_code_and_loses_the_site() -> None:
    article = (
        f"<h1>Mill turns</h1><p>{SENTENCE * 4}</p><h2>Gears</h2><p>{SENTENCE * 4}</p>"
        "<ul><li>the pit wheel</li><li>the wallower</li></ul>"
        "<table><tr><th>Gear</th><th>Teeth</th></tr><tr><td>pit</td><td>80</td></tr></table>"
        f"<pre>turn(8)\nstop()</pre><p>{SENTENCE * 3}</p>"
    )
    parsed = parse(news_page(article))
    headings = [(b.level, b.text) for b in parsed.blocks if b.kind is BlockKind.HEADING]
    assert headings == [(1, "Mill turns"), (2, "Gears")]
    kinds = {block.kind: block.text for block in parsed.blocks}
    assert kinds[BlockKind.LIST] == "- the pit wheel\n- the wallower"
    assert kinds[BlockKind.TABLE] == "| Gear | Teeth |\n| --- | --- |\n| pit | 80 |"
    assert kinds[BlockKind.CODE] == "turn(8)\nstop()"
    assert "Other story" not in texts(parsed)
    assert "All rights" not in texts(parsed)


def test_a_snippet_is_kept_whole() -> None:
    parsed = parse("<p>One <b>bold</b> word<br>and a line</p><p>Two</p>")
    assert [block.text for block in parsed.blocks] == ["One bold word\nand a line", "Two"]


def test_a_page_of_short_sections_loses_none_of_them() -> None:
    sections = "".join(f"<h2>Option {n}</h2><p>Sets value {n}.</p>" for n in range(40))
    chrome = "<nav><a href=/>Home</a></nav>" + "<script src=x.js></script>" * 4
    parsed = parse(f"<html><body>{chrome}<main><h1>Options</h1>{sections}</main></body></html>")
    assert all(f"Sets value {n}." in texts(parsed) for n in range(40))
    assert sum(block.kind is BlockKind.HEADING for block in parsed.blocks) == 41
    assert "Home" not in texts(parsed)


def test_nested_lists_are_indented_and_description_lists_read() -> None:
    parsed = parse("<ul><li>a<ul><li>b</li></ul></li></ul><dl><dt>Leat</dt><dd>a ditch</dd></dl>")
    assert [block.text for block in parsed.blocks] == ["- a\n  - b", "Leat\n  a ditch"]


def test_a_table_for_layout_is_no_table() -> None:
    parsed = parse("<table><tr><td><h1>Mill</h1><p>Text one</p></td></tr></table>")
    assert [block.kind for block in parsed.blocks] == [BlockKind.HEADING, BlockKind.TEXT]


def test_title_and_metadata_come_from_the_head() -> None:
    parsed = parse(
        "<html lang=de><head><title>Mühle – Bote</title><meta property=og:title content=Mühle>"
        "<meta name=author content='M. Thorne'>"
        "<meta property=article:published_time content=2020-01-02></head>"
        "<body><p>x</p></body></html>"
    )
    assert parsed.title == "Mühle"
    assert parsed.metadata == {
        "author": "M. Thorne",
        "date": "2020-01-02",
        "language": "de",
        "encoding": "utf-8",
    }


def test_the_declared_charset_is_used() -> None:
    parsed = parse("<meta charset=iso-8859-7><p>Ο μύλος γυρίζει</p>", "iso8859-7")
    assert parsed.blocks[0].text == "Ο μύλος γυρίζει"


def test_scripts_styles_and_comments_are_not_text() -> None:
    parsed = parse("<style>p{}</style><script>var x</script><!-- no --><p>Yes</p>")
    assert texts(parsed) == "Yes"


@pytest.mark.parametrize("tag", ["div", "ul><li", "table><tr><td", "b", "span"])
def test_markup_nested_without_end_ends_by_a_limit(tag: str) -> None:
    parsed = parse(f"<p>Start</p>{f'<{tag}>' * 20_000}deep")
    assert "Start" in texts(parsed)
    assert "deep" in texts(parsed) or "nested too deeply" in parsed.metadata["damaged"]


def test_a_page_of_nothing_but_nesting_is_a_parse_error() -> None:
    with pytest.raises(DocumentError, match="nested too deeply") as caught:
        parse("<div>" * 20_000 + "deep")
    assert caught.value.document_code == "parse_error"


def test_an_empty_page_has_no_blocks() -> None:
    with pytest.raises(DocumentError) as caught:
        parse("<!-- nothing -->")
    assert caught.value.document_code == "empty"


def test_a_short_article_is_told_from_the_many_comments_below_it() -> None:
    comments = "".join(f"<li><p>Reader {n}: {SENTENCE * 3}</p></li>" for n in range(40))
    page = news_page(f"<h1>Open thread</h1><p>{SENTENCE * 4}</p>").replace(
        "<footer>", f'<div id="comments"><h3>Comments</h3><ol>{comments}</ol></div><footer>'
    )
    page = page.replace("</head>", '<meta property="og:type" content="article"></head>')
    text = texts(parse(page))
    assert SENTENCE.strip() in text
    assert "Reader" not in text


def test_spanning_cells_keep_the_others_in_their_columns() -> None:
    parsed = parse(
        "<table><tr><th>Year<th colspan=2>Sacks</tr><tr><td rowspan=2>2019<td>wheat<td>142</tr>"
        "<tr><td>rye<td>47</tr><tr><td>2020<td>wheat</tr></table>"
    )
    assert parsed.blocks[0].text.split("\n") == [
        "| Year | Sacks |  |",
        "| --- | --- | --- |",
        "| 2019 | wheat | 142 |",
        "|  | rye | 47 |",
        "| 2020 | wheat |  |",
    ]


def test_ordered_lists_keep_their_numbers() -> None:
    parsed = parse("<ol start=3><li>Close the sluice<ul><li>slowly</ul><li>Chain the wheel</ol>")
    assert texts(parsed) == "3. Close the sluice\n  - slowly\n4. Chain the wheel"


def test_author_and_dates_are_found_where_only_search_engines_look() -> None:
    linked = (
        '<script type="application/ld+json">{"@graph": [{"@type": "Organization", "name": "x"},'
        '{"@type": ["NewsArticle"], "datePublished": "2023-02-06", "dateModified": "2023-02-07",'
        '"author": [{"name": "Ada  Lund"}, {"name": "https://x.example/ada"}, "Femi Okafor"]}]}'
        '</script><script type="application/ld+json">{broken</script>'
        '<meta property="article:author" content="https://x.example/ada">'
    )
    found = parse(f"<html><head>{linked}</head><body><p>{SENTENCE}</p></body></html>").metadata
    assert (found["author"], found["date"]) == ("Ada Lund, Femi Okafor", "2023-02-06")
    assert found["modified"] == "2023-02-07"
    marked = '<p><time itemprop="datePublished" datetime="2023-02-06">Monday</time></p>'
    assert parse(f"<body>{marked}</body>").metadata["date"] == "2023-02-06"


def test_spans_make_no_huge_table_of_a_small_page() -> None:
    row = "<tr><td colspan=50 rowspan=1000>x<td colspan=1000 rowspan=65000>x"
    text = texts(parse(f"<table>{row * 3000}</table>"))
    assert len(text) < 3_000_000
    assert text.count("x") == 6000


def test_main_parts_inside_each_other_are_read_once() -> None:
    inner = "<br>" * 100_000
    parsed = parse(f"<nav>Menu</nav>{'<main>' * 200}{inner}{SENTENCE}{'</main>' * 200}")
    assert texts(parsed) == SENTENCE.strip()


def test_a_main_part_inside_a_form_of_a_main_part_is_read() -> None:
    form = f"<form><main><p>{SENTENCE * 4}</p></main></form>"
    parsed = parse(f"<nav>Menu</nav><div role=main>{form}</div><div>Elsewhere.</div>")
    assert texts(parsed) == (SENTENCE * 4).strip()


@pytest.mark.slow
def test_comments_below_long_names_are_found_in_time() -> None:
    above = f'<div class="{"comm " * 1_000}">' * 200
    comments = '<p class="comments">Nice.</p>' * 20_000
    parsed = parse(f"<nav>Menu</nav>{above}{comments}{'</div>' * 200}")
    assert parsed.blocks
