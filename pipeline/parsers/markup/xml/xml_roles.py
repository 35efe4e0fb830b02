"""What the elements of the known document vocabularies are, by their local names.

JATS 1.3, DocBook 5.1 (and 4), DITA 1.3, TEI P5, FictionBook 2, SVG: where two use a name for
different things, `_OWN` says what it is in which.
"""

from enum import Enum
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.safe_xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element


class Role(Enum):
    SECTION = "section"  # may have a title of its own, and sections inside
    TITLE = "title"
    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    CODE = "code"
    FORMULA = "formula"
    CAPTIONED = "captioned"  # a figure or a table with a title, which is a caption
    CAPTION = "caption"
    NOTE = "note"
    INLINE = "inline"
    SKIP = "skip"
    PLACE = "place"  # what only holds others


JATS, DOCBOOK, DITA, TEI = "jats", "docbook", "dita", "tei"
FICTION, SVG, OPML = "fictionbook", "svg", "opml"

_NAMES = {
    Role.SECTION: "sec section chapter appendix preface part article book sect1 sect2 sect3 sect4"
    " sect5 simplesect refsect1 refsect2 refsect3 refsection topic concept task reference glossary"
    " bibliography abstract trans-abstract app ack ref-list fn-group boxed-text sub-article"
    " response div div1 div2 div3 div4 div5 div6 div7 lg-group example context prereq result"
    " glossentry-group sidebar dedication acknowledgements colophon refentry set notes glossgroup"
    " troubleshooting body-section map bookmap topicgroup qandaset qandadiv procedure app-group"
    " troubleSolution condition cause remedy",
    Role.TITLE: "title head heading subject refname",
    Role.PROSE: "p para simpara formalpara ab l v text-author subtitle attrib disp-quote quote"
    " shortdesc mixed-citation element-citation biblioentry bibliomixed bibl desc publicationstmt"
    " byline dateline opener closer salute signed trailer stage sp speaker verse-line epigraph"
    " contrib-group aff lines refpurpose cite-text synopsis cmdsynopsis remark docauthor docimprint"
    " msgtext attribution titlepart doctitle",
    Role.LIST: "list itemizedlist orderedlist variablelist simplelist ul ol dl sl def-list steps"
    " steps-unordered substeps choices calloutlist listbibl segmentedlist parml listperson",
    Role.TABLE: "table informaltable simpletable properties choicetable",
    Role.CODE: "programlisting screen literallayout codeblock pre preformat msgblock synopsis"
    " eg egxml code-block",
    Role.FORMULA: "disp-formula equation informalequation math",
    Role.CAPTIONED: "table-wrap fig figure fig-group informalfigure chem-struct-wrap media"
    " supplementary-material image-wrap",
    Role.CAPTION: "caption figdesc table-caption",
    Role.NOTE: "fn footnote",
    Role.SKIP: "indexterm index-term teiheader journal-meta permissions history colspec style"
    " script binary prolog metadata related-links reltable foreign-data graphic imagedata object-id"
    " article-id self-uri counts custom-meta-group volume issue fpage lpage elocation-id pub-date"
    " article-categories funding-group related-article kwd-group-meta sic orig abbr-choice del"
    " teiHeader draft-comment required-cleanup data data-about xmp rdf pubdate releaseinfo"
    " revhistory legalnotice copyright xi:include processing-meta toc-div index",
    Role.PLACE: "body back front article-meta title-group bodymatter text group tei teicorpus"
    " fictionbook conbody taskbody refbody glossbody dita info articleinfo bookinfo chapterinfo"
    " sectioninfo sect1info topicmeta table-wrap-foot table-wrap-group tgroup thead tbody"
    " floatingtext poem stanza lg cite note important warning caution tip hazardstatement"
    " admonition blockquote mediaobject textobject bibliolist varlistentry ref g svg defs"
    " symbol a switch refsynopsisdiv refnamediv qandaentry question answer lq titlepage"
    " floats-group author-notes frontmatter backmatter",
}
_ROLES = {name.lower(): role for role, names in _NAMES.items() for name in names.split()}
_OWN = {
    JATS: {"code": Role.CODE, "notes": Role.SECTION, "label": Role.INLINE, "text": Role.INLINE}
    | {"article-title": Role.TITLE, "mixed-citation": Role.INLINE, "citation": Role.INLINE}
    | {"element-citation": Role.INLINE, "title-group": Role.PLACE},
    DOCBOOK: {"note": Role.PLACE, "example": Role.CAPTIONED, "quote": Role.INLINE},
    DITA: {"note": Role.PLACE, "example": Role.SECTION, "image": Role.SKIP, "cmd": Role.PROSE}
    | {"data": Role.SKIP, "quote": Role.INLINE, "alt": Role.INLINE, "body": Role.PLACE},
    TEI: {"note": Role.NOTE, "title": Role.INLINE, "quote": Role.INLINE, "ref": Role.INLINE}
    | {"term": Role.INLINE, "desc": Role.INLINE, "code": Role.INLINE, "text": Role.PLACE}
    | {"stage": Role.INLINE, "abstract": Role.SECTION, "cite": Role.INLINE, "a": Role.INLINE}
    | {"formula": Role.FORMULA, "subject": Role.INLINE, "attribution": Role.INLINE},
    FICTION: {"description": Role.SKIP, "image": Role.SKIP, "code": Role.INLINE}
    | {"stylesheet": Role.SKIP, "a": Role.INLINE},
    SVG: {"text": Role.PROSE, "title": Role.PROSE, "desc": Role.PROSE, "style": Role.SKIP}
    | {"foreignobject": Role.PLACE},
}
_ROOTS = {
    "TEI": TEI,
    "teiCorpus": TEI,
    "TEI.2": TEI,
    "FictionBook": FICTION,
    "svg": SVG,
    "opml": OPML,
}
_DITA_ROOTS = frozenset({"topic", "concept", "task", "reference", "dita", "map", "bookmap"})
_DOCBOOK_ROOTS = frozenset(
    {"book", "chapter", "article", "section", "sect1", "refentry", "part", "set", "appendix"}
    | {"preface", "glossary", "bibliography"}
)
_DOCBOOK_PARTS = frozenset(
    {"para", "simpara", "formalpara", "section", "sect1", "chapter", "info", "articleinfo"}
    | {"bookinfo", "refnamediv", "itemizedlist", "programlisting", "title"}
)
_DITA_PARTS = frozenset(
    {"body", "conbody", "taskbody", "refbody", "topicref", "shortdesc", "prolog", "topic"}
    | {"topicmeta", "concept", "task", "reference"}
)


def vocabulary_of(root: "_Element", doctype: str) -> str | None:
    """Which vocabulary a document keeps to; None where it is none of those known here."""
    name = local_name(root)
    if name in _ROOTS:
        return _ROOTS[name]
    inside = {local_name(child) for child in root}
    if name == "article" and ({"body", "front", "back"} & inside or "JATS" in doctype):
        return JATS
    if name in _DITA_ROOTS and ("DITA" in doctype or _DITA_PARTS & inside):
        return DITA
    declared = "docbook" in doctype.lower() or "docbook.org" in str(root.tag)
    if declared or (name in _DOCBOOK_ROOTS and _DOCBOOK_PARTS & inside):
        return DOCBOOK
    return None


def roles_of(vocabulary: str) -> dict[str, Role]:
    """What elements are, by their local names in lower case."""
    return _ROLES | _OWN.get(vocabulary, {})
