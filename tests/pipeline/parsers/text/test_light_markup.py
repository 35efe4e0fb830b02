"""Org, AsciiDoc and MediaWiki's text."""

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.text.light import asciidoc, org, wikitext
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed

HEADING, TEXT, LIST, TABLE = BlockKind.HEADING, BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE
CODE, CAPTION, FOOTNOTE = BlockKind.CODE, BlockKind.CAPTION, BlockKind.FOOTNOTE

ORG = """#+TITLE: The Mill
#+AUTHOR: Ada Pell
# a comment
* TODO [#A] Water :todo:now:
:PROPERTIES:
:ID: 7
:END:
It turns, see [[http://a.example/x][the wheel]].
More of it.

- [X] one
  goes on
- two
  1. inner
** Code
#+CAPTION: A run
#+BEGIN_SRC python
* not a heading
#+END_SRC
| a | b |
|---+---|
| 1 | 2 |
[fn:1] By night.
"""
ASCIIDOC = """= The Mill
Ada Pell <ada@mill.example>
:revdate: 2026
:wheel: big wheel

The {wheel} turns, see http://a.example[here] and <<x,Water>>.

== Water
// hidden
* one
** inner
. first
pit:: of oak

.A run
[source,python]
----
== not a heading
----

.Gears
[cols="1,1"]
|===
|Name |Teeth

|pit
|80
2+|wide \\| one
|===

NOTE: Mind.footnote:[By night.]
"""
WIKI = """{{Infobox|a={{b}}|c=d}}
'''The Mill''' is a [[water mill|mill]] by [[River]].<ref name="x">Pell, ''Mills''.</ref><!-- no -->

== Water ==
* one
** inner
# first
{| class="wikitable"
|+ Gears
! Name !! Teeth
|-
| pit || style="x" | 80
|}
[[File:a.jpg|thumb|The old wheel]]
<syntaxhighlight lang="c">
== no ==
</syntaxhighlight>
=== Deeper ===
See [http://a.example there].
[[Category:Mills]]
"""


def shape(parsed: Parsed) -> list[tuple[BlockKind, str, int]]:
    return [(each.kind, each.text, each.level) for each in parsed.blocks]


def test_org_has_its_headings_lists_tables_and_code() -> None:
    parsed = org.parse(Blob(ORG.encode()), Limits())
    assert (parsed.title, parsed.metadata["author"]) == ("The Mill", "Ada Pell")
    assert shape(parsed) == [
        (HEADING, "Water", 1),
        (TEXT, "It turns, see the wheel.\nMore of it.", 0),
        (LIST, "- one goes on\n- two\n  1. inner", 0),
        (HEADING, "Code", 2),
        (CAPTION, "A run", 0),
        (CODE, "* not a heading", 0),
        (TABLE, "| a | b |\n| --- | --- |\n| 1 | 2 |", 0),
        (FOOTNOTE, "[1] By night.", 0),
    ]


def test_asciidoc_has_its_title_sections_tables_and_listings() -> None:
    parsed = asciidoc.parse(Blob(ASCIIDOC.encode()), Limits())
    assert parsed.title == "The Mill"
    assert parsed.metadata["author"].startswith("Ada Pell")
    assert shape(parsed) == [
        (HEADING, "The Mill", 1),
        (TEXT, "The big wheel turns, see here (http://a.example) and Water.", 0),
        (HEADING, "Water", 2),
        (LIST, "- one\n  - inner\n1. first\npit: of oak", 0),
        (CAPTION, "A run", 0),
        (CODE, "== not a heading", 0),
        (CAPTION, "Gears", 0),
        (TABLE, "| Name | Teeth |\n| --- | --- |\n| pit | 80 |\n| wide \\| one |  |", 0),
        (TEXT, "NOTE: Mind. (By night.)", 0),
    ]


def test_wikitext_has_its_sections_tables_and_notes_and_says_what_is_left_out() -> None:
    parsed = wikitext.parse(Blob(WIKI.encode()), Limits())
    assert shape(parsed) == [
        (TEXT, "The Mill is a mill by River.", 0),
        (HEADING, "Water", 2),
        (LIST, "- one\n  - inner\n1. first", 0),
        (CAPTION, "Gears", 0),
        (TABLE, "| Name | Teeth |\n| --- | --- |\n| pit | 80 |", 0),
        (TEXT, "The old wheel", 0),
        (CODE, "== no ==", 0),
        (HEADING, "Deeper", 3),
        (TEXT, "See there.", 0),
        (FOOTNOTE, "Pell, Mills.", 0),
    ]
    assert [(each.code, each.count) for each in parsed.warnings] == [("object_left_out", 1)]


def test_they_are_known_by_name_and_without_one_by_strong_marks() -> None:
    assert detect(b"a", "x.org") == detect(ORG.encode()) == "text/org"
    assert detect(b"a", "x.adoc") == detect(ASCIIDOC.encode()) == "text/asciidoc"
    assert detect(b"a", "x.wiki") == detect(WIKI.encode()) == "text/x-wiki"
    assert detect(b"= a sum\nand more\n") == "text/plain"
    assert detect(b"a == b\nc == d\n== no heading\nsee [[x]]\n") == "text/plain"
