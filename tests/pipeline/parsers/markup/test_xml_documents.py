"""Documents in XML: their words in order, their own structure, and what is broken or outside."""

import pytest

from gristmill.pipeline.parsers.markup import xmldoc
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed

HEADING, TEXT, LIST, TABLE = BlockKind.HEADING, BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE
RULE = "| --- | --- | --- |"
CODE, CAPTION, FOOTNOTE = BlockKind.CODE, BlockKind.CAPTION, BlockKind.FOOTNOTE


def parse(source: str) -> Parsed:
    return xmldoc.parse(Blob(source.encode()), Limits())


def shape(source: str) -> list[tuple[BlockKind, str, int]]:
    return [(each.kind, each.text, each.level) for each in parse(source).blocks]


def codes(parsed: Parsed) -> list[str]:
    return [each.code for each in parsed.warnings]


JATS = """<?xml version="1.0"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.3//EN" "a.dtd">
<article xmlns:mml="http://www.w3.org/1998/Math/MathML"><front>
<journal-meta><journal-title-group><journal-title>Mill Letters</journal-title>
</journal-title-group></journal-meta>
<article-meta><article-id>12</article-id><title-group>
<article-title>Growth of <italic>E. <bold>coli</bold></italic> in water</article-title>
</title-group><contrib-group><contrib><name><surname>Pell</surname><given-names>Edwin</given-names>
</name></contrib></contrib-group><abstract><p>We looked.</p></abstract></article-meta></front>
<body><sec id="s1"><label>1</label><title>Levels</title>
<p>Rose <xref><sup>3</sup></xref> within<fn><p>About two.</p></fn> hours, H<sub>2</sub>O.</p>
<list list-type="order"><list-item><p>One</p></list-item><list-item><p>Two</p>
<list><list-item><p>inner</p></list-item></list></list-item></list>
<table-wrap><label>Table 1</label><caption><p>Tons.</p></caption><table><thead>
<tr><th rowspan="2">Year</th><th colspan="2">Kinds</th></tr><tr><th>Rye</th><th>Oats</th></tr>
</thead><tbody><tr><td>1911</td><td>40</td><td>2</td></tr></tbody></table>
<table-wrap-foot><fn><p>Estimates.</p></fn></table-wrap-foot></table-wrap>
<disp-formula><alternatives><tex-math>\\begin{document}$$x^2$$\\end{document}</tex-math>
<mml:math><mml:mi>x</mml:mi></mml:math></alternatives><label>(1)</label></disp-formula>
<sec><title>Deeper</title><p>End.</p></sec></sec></body>
<back><ref-list><title>References</title><ref><label>3</label><mixed-citation>Pell E. <italic>Mills
</italic>. 1911.</mixed-citation></ref></ref-list></back></article>"""


def test_an_article_in_jats_has_its_title_sections_tables_and_notes() -> None:
    parsed = parse(JATS)
    assert parsed.title == "Growth of E. coli in water"
    assert parsed.metadata["author"] == "Pell Edwin"
    assert parsed.metadata["journal"] == "Mill Letters"
    blocks = [(each.kind, each.text, each.level) for each in parsed.blocks]
    assert blocks == [
        (HEADING, "Growth of E. coli in water", 1),
        (TEXT, "Pell Edwin", 0),
        (HEADING, "Abstract", 2),
        (TEXT, "We looked.", 0),
        (HEADING, "1 Levels", 2),
        (TEXT, "Rose 3 within hours, H2O.", 0),
        (FOOTNOTE, "About two.", 0),
        (LIST, "1. One\n2. Two\n  - inner", 0),
        (CAPTION, "Table 1 Tons.", 0),
        (TABLE, f"| Year | Kinds |  |\n{RULE}\n|  | Rye | Oats |\n| 1911 | 40 | 2 |", 0),
        (FOOTNOTE, "Estimates.", 0),
        (CODE, "$$x^2$$ (1)", 0),
        (HEADING, "Deeper", 3),
        (TEXT, "End.", 0),
        (HEADING, "References", 2),
        (TEXT, "3 Pell E. Mills . 1911.", 0),
    ]
    (table,) = [each for each in parsed.blocks if each.kind is TABLE]
    assert [(c.text, c.row, c.column, c.rows, c.columns, c.header) for c in table.cells][:3] == [
        ("Year", 0, 0, 2, 1, True),
        ("Kinds", 0, 1, 1, 2, True),
        ("Rye", 1, 1, 1, 1, True),
    ]


def test_a_book_in_docbook_has_its_own_structure() -> None:
    assert shape(
        "<book xmlns='http://docbook.org/ns/docbook'><info><title>The Mill</title>"
        "<author><personname>Ada</personname></author></info><chapter xml:id='c'>"
        "<title>Water</title><para>Turn <indexterm><primary>x</primary></indexterm>it:"
        "<orderedlist><listitem><para>once</para></listitem></orderedlist>then <code>stop</code>."
        "<footnote><para>Gently.</para></footnote></para><example><title>A run</title>"
        "<programlisting>a &lt;\n  b</programlisting></example><variablelist><varlistentry>"
        "<term>pit</term><listitem><para>wheel</para></listitem></varlistentry></variablelist><note><para>Mind.</para></note>"
        "</chapter></book>"
    ) == [
        (HEADING, "The Mill", 1),
        (TEXT, "Ada", 0),
        (HEADING, "Water", 2),
        (TEXT, "Turn it:", 0),
        (LIST, "1. once", 0),
        (TEXT, "then stop.", 0),
        (FOOTNOTE, "Gently.", 0),
        (CAPTION, "A run", 0),
        (CODE, "a <\n  b", 0),
        (LIST, "- pit wheel", 0),
        (TEXT, "Mind.", 0),
    ]


def test_a_topic_in_dita_has_its_steps_and_tables() -> None:
    parsed = parse(
        "<task id='t'><title>Grinding</title><shortdesc>How to.</shortdesc><prolog><author>Ada"
        "</author></prolog><taskbody><steps><step><cmd>Open the <uicontrol>gate</uicontrol>.</cmd>"
        "</step><step><cmd>Wait.</cmd></step></steps><result><p>Flour.</p><table><tgroup cols='3'>"
        "<colspec colname='a'/><colspec colname='b'/><colspec colname='c'/><tbody><row>"
        "<entry namest='a' nameend='b'>wide</entry><entry morerows='1'>tall</entry></row><row>"
        "<entry>1</entry><entry>2</entry></row></tbody></tgroup></table></result></taskbody></task>"
    )
    assert parsed.title == "Grinding"
    assert [(each.kind, each.text) for each in parsed.blocks] == [
        (HEADING, "Grinding"),
        (TEXT, "How to."),
        (LIST, "1. Open the gate.\n2. Wait."),
        (TEXT, "Flour."),
        (TABLE, "| wide |  | tall |\n| --- | --- | --- |\n| 1 | 2 |  |"),
    ]
    assert [(c.text, c.rows, c.columns) for c in parsed.blocks[-1].cells[:2]] == [
        ("wide", 1, 2),
        ("tall", 2, 1),
    ]


def test_a_text_in_tei_is_read_as_its_editor_left_it() -> None:
    parsed = parse(
        "<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader><fileDesc><titleStmt><title>Letters"
        "</title><author>Ada</author></titleStmt></fileDesc></teiHeader><text><body><div><head>One"
        "</head><p>The <choice><sic>mil</sic><corr>mill</corr></choice> tur<lb break='no'/>ns"
        "<lb/>slowly<note>By night.</note>; see <title>Wheels</title>.</p><lg><l>Round</l><l>and "
        "round</l></lg><table><row role='label'><cell>a</cell></row><row><cell>1</cell></row>"
        "</table></div></body></text></TEI>"
    )
    assert (parsed.title, parsed.metadata["author"]) == ("Letters", "Ada")
    assert [(each.kind, each.text) for each in parsed.blocks] == [
        (HEADING, "One"),
        (TEXT, "The mill turns slowly; see Wheels."),
        (FOOTNOTE, "By night."),
        (TEXT, "Round"),
        (TEXT, "and round"),
        (TABLE, "| a |\n| --- |\n| 1 |"),
    ]


def test_a_book_in_fictionbook_an_outline_and_a_drawing_give_their_text_alone() -> None:
    parsed = parse(
        "<FictionBook xmlns='http://www.gribuser.ru/xml/fictionbook/2.0'><description><title-info>"
        "<book-title>Rye</book-title><author><first-name>Ada</first-name><last-name>Pell</last-name>"
        "</author><lang>en</lang></title-info></description><body><title><p>Rye</p><p>A tale</p>"
        "</title><section><title><p>I</p></title><p>Once <emphasis>upon</emphasis>.</p></section>"
        "</body><binary id='a'>QUJD</binary></FictionBook>"
    )
    assert (parsed.title, parsed.metadata["author"]) == ("Rye", "Ada Pell")
    assert [each.text for each in parsed.blocks] == ["Rye A tale", "I", "Once upon."]
    assert shape(
        "<opml version='2.0'><head><title>Plans</title></head><body><outline text='Mill'>"
        "<outline text='Oil &amp; grease' _note='soon'/></outline></body></opml>"
    ) == [(LIST, "- Mill\n  - Oil & grease soon", 0)]
    drawing = parse(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9'><title>Plan</title><style>a{}</style>"
        "<g id='x'><text x='1'>Water<tspan x='1'>wheel</tspan></text></g></svg>"
    )
    assert [each.text for each in drawing.blocks] == ["Plan", "Waterwheel"]


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("The <i>big <b>red</b> wheel</i> turns.", "The big red wheel turns."),
        ("Rose <x><s>3</s></x> within.", "Rose 3 within."),
        ("one<br/>two", "one two"),
        ("list: <item>one</item><item>two</item>", "list: one two"),
        ("E<sub>2</sub><sub>3</sub>", "E23"),
        ("a\n  b <c>d</c>\ne", "a b d e"),
    ],
)
def test_words_stay_in_order_and_apart_in_any_vocabulary(inside: str, shown: str) -> None:
    assert shape(f"<r><p>{inside}</p><q/></r>") == [(TEXT, shown, 0)]


def test_entities_that_the_document_defines_are_resolved() -> None:
    parsed = parse(
        '<!DOCTYPE r [<!ENTITY mill "Upper &amp; Lower"><!ENTITY m "<b>no &mill;</b>">'
        '<!ENTITY copy "ours">]><r><p>At &mill;, &m;&copy; x&eacute;.</p></r>'
    )
    assert [each.text for each in parsed.blocks] == ["At Upper & Lower, no Upper & Lowerours xé."]
    assert codes(parsed) == []


def test_entities_that_grow_are_left_out_and_those_of_other_files_named() -> None:
    grown = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    parsed = parse(f'<!DOCTYPE r [<!ENTITY a0 "ha">{grown}]><r>begin &a11; end</r>')
    assert ([each.text for each in parsed.blocks], codes(parsed)) == (
        ["begin end"],
        ["content_cut"],
    )
    parsed = parse('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><r>begin &a; end</r>')
    assert ([each.text for each in parsed.blocks], codes(parsed)) == (
        ["begin end"],
        ["object_left_out"],
    )
    parsed = parse("<r>begin &unknown; end</r>")
    assert ([each.text for each in parsed.blocks], codes(parsed)) == (
        ["begin &unknown; end"],
        ["markup_broken"],
    )


@pytest.mark.parametrize(
    "source",
    [
        "<r><a>one & two</a><b>three</r>",
        "<r>one <two three</r> four",
        "<r>one two</r><s>three &</s>",
        "<r><a>one</a><b><![CDATA[two <b>three</b></r>",
        "one two <b>three",
        "<r>" * 400 + "one two three four",
        "<r><a x=1>one two</a><b>three &#xD800; four</r>",
    ],
)
def test_broken_markup_costs_no_words_and_is_said(source: str) -> None:
    parsed = parse(source)
    words = " ".join(each.text for each in parsed.blocks)
    assert "one" in words
    assert "three" in words
    assert codes(parsed) == ["markup_broken"]


def test_the_place_of_what_is_broken_is_said_once() -> None:
    (warning,) = parse("<r>\n<a>one two three").warnings
    assert warning.message.startswith(
        "the XML is broken: Premature end of data in tag a (line 2, column "
    )


def test_data_in_attributes_alone_are_read() -> None:
    assert shape("<r><a kind='rye' kg='2'/><a kind='oats'/></r>") == [
        (LIST, "kind: rye, kg: 2\nkind: oats", 0)
    ]
