"""Vocabularies of XML by a document's root, its namespace and its document type."""

import re

XML, SVG, JATS = "application/xml", "image/svg+xml", "application/jats+xml"
DOCBOOK, DITA, TEI = "application/docbook+xml", "application/dita+xml", "application/tei+xml"
FICTION, OPML = "application/x-fictionbook+xml", "text/x-opml"
TIMED_TEXT = "application/ttml+xml"

_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})([^<>]{0,4000})")
_DOCTYPE_END = re.compile(r"\A[^\[>]{0,2000}>|\][ \t\r\n]{0,100}>")
_BY_ROOT = {
    "TEI": TEI,
    "teiCorpus": TEI,
    "TEI.2": TEI,
    "FictionBook": FICTION,
    "svg": SVG,
    "opml": OPML,
}
_DITA_ROOTS = frozenset({"topic", "concept", "task", "reference", "dita", "map", "bookmap"})
_JATS = re.compile(r"JATS|NLM//DTD|article-type=|dtd-version=")
_DOCBOOK = re.compile(r"docbook", re.IGNORECASE)
_DITA = re.compile(r"//DTD DITA|ditaarch|class=[\"'][-+] ")

XML_EXTENSIONS = {
    ".svg": SVG,
    **dict.fromkeys((".rss", ".atom", ".rdf", ".xsd", ".xsl", ".xslt", ".wsdl", ".kml"), XML),
    **dict.fromkeys((".gpx", ".plist", ".xlf"), XML),
    **dict.fromkeys((".dbk", ".docbook"), DOCBOOK),
    **dict.fromkeys((".ttml", ".dfxp"), TIMED_TEXT),
    **dict.fromkeys((".dita", ".ditamap"), DITA),
    ".tei": TEI,
    ".opml": OPML,
    ".fb2": FICTION,
    ".nxml": JATS,
    ".jats": JATS,
}


def kind_of_head(head: str) -> str:
    """What a document is that begins so: what comes after its document type declaration decides,
    with what that says."""
    doctype = ""
    if head.startswith("<!DOCTYPE"):
        end = _DOCTYPE_END.search(head)
        doctype = head[: end.end()] if end else head
        head = head[len(doctype) :].lstrip() or f"<{doctype[9:].lstrip()}"
    match = _ROOT.match(head)
    return xml_kind(match[1], match[2], doctype) if match else XML


def xml_kind(root: str, attributes: str, doctype: str) -> str:
    """By the root's local name and attributes, and the document type that is declared."""
    if root in _BY_ROOT:
        return _BY_ROOT[root]
    declared = doctype + attributes
    if root == "tt" and "/ttml" in attributes:
        return TIMED_TEXT
    if root == "article" and _JATS.search(declared):
        return JATS
    if _DOCBOOK.search(declared):
        return DOCBOOK
    return DITA if root in _DITA_ROOTS and _DITA.search(declared) else XML
