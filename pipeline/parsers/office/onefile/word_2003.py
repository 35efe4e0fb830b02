"""Word 2003 XML (WordprocessingML of the namespace `.../word/2003/wordml`), made a DOCX: most names
are the same, what differs is renamed, and what stands inside of the text gets parts of its own."""

from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.office.elements import child, value
from gristmill.pipeline.parsers.office.onefile.held_parts import OFFICE, HeldParts, relations
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.word import docx
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name, parse_xml
from gristmill.pipeline.shapes import Blob, Limits, Parsed

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/vnd.ms-word.2003+xml",)
version = "1"

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_INTO = frozenset({"sect", "sub-section", "content", "SmartTagType"})
_NOTES = ("footnote", "endnote")
_MARGINS = {"hdr": "header", "ftr": "footer"}
_FORMS = {
    "0": "decimal",
    "1": "upperRoman",
    "2": "lowerRoman",
    "3": "upperLetter",
    "4": "lowerLetter",
    "5": "ordinal",
    "22": "decimalZero",
    "23": "bullet",
    "255": "none",
}
_CHANGES = {"Word.Deletion": "del", "Word.Insertion": "ins"}
_PROPERTIES = {"Title": "title", "Author": "author", "Subject": "subject", "Keywords": "keywords"}
_VALUE_CHARS = 1000


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `parse_error`, `too_large`."""
    root = parse_xml(blob.data, "the document", doctype=False)
    found = _properties(root)
    parts = _Parts(root).made()
    parsed = docx.read_package(Package(blob, limits, HeldParts(parts)), limits, len(blob.data))
    title = found.pop("title", None)
    return parsed._replace(title=title or parsed.title, metadata={**found, **parsed.metadata})


def _properties(root: "_Element") -> dict[str, Any]:
    found: dict[str, Any] = {}
    given = child(root, "DocumentProperties")
    for each in given if given is not None else ():
        name = _PROPERTIES.get(local_name(each))
        if name and each.text:
            found[name] = " ".join(each.text.split())[:_VALUE_CHARS]
    return found


class _Parts:
    """Takes a document apart; its tree is changed."""

    def __init__(self, root: "_Element") -> None:
        self._root = root
        self._links: list[tuple[str, str, str]] = []
        self._parts: dict[str, bytes] = {}
        self._apart: dict[str, list[_Element]] = {"footnote": [], "endnote": [], "comment": []}

    def made(self) -> dict[str, bytes]:
        body = child(self._root, "body")
        lists, styles = child(self._root, "lists"), child(self._root, "styles")
        if styles is not None:
            self._add("styles", styles)
        if lists is not None:
            self._add("numbering", _numbering(lists))
        if body is not None:
            for each in list(body.iter()):
                self._element(each)
            for kind, elements in self._apart.items():
                if elements:
                    self._add(f"{kind}s", _wrapped(f"{kind}s", elements))
            document = body.makeelement(f"{{{_W}}}document")
            document.append(body)
            self._parts["word/document.xml"] = _bytes(document)
        self._parts["word/_rels/document.xml.rels"] = relations(*self._links)
        return self._parts

    def _element(self, element: "_Element") -> None:
        name = local_name(element)
        if name in _INTO:
            element.tag = f"{{{_W}}}smartTag"
        elif name == "listPr":
            element.tag = f"{{{_W}}}numPr"
            for each in element:
                if local_name(each) == "ilfo":
                    each.tag = f"{{{_W}}}numId"
        elif name == "annotation":
            self._annotation(element)
        elif name in _NOTES and element.getparent() is not None:
            self._move(element, name)
        elif name in _MARGINS and element.getparent() is not None:
            self._margin(element, _MARGINS[name])

    def _annotation(self, element: "_Element") -> None:
        kind = local_attributes(element).get("type", "")
        if kind == "Word.Comment":
            author = local_attributes(element).get("author", "")
            self._move(element, "comment", author)
        else:
            element.tag = f"{{{_W}}}{_CHANGES.get(kind, 'smartTag')}"

    def _move(self, element: "_Element", kind: str, author: str = "") -> None:
        """A note or comment gets a part, and its place refers to it."""
        parent = element.getparent()
        if parent is None:
            return
        identity = str(len(self._apart[kind]))
        reference = element.makeelement(f"{{{_W}}}{kind}Reference", {f"{{{_W}}}id": identity})
        reference.tail, element.tail = element.tail, None
        parent.replace(element, reference)
        moved = element.makeelement(
            f"{{{_W}}}{kind}", {f"{{{_W}}}id": identity, f"{{{_W}}}author": author}
        )
        moved.extend(list(element))
        self._apart[kind].append(moved)

    def _margin(self, element: "_Element", kind: str) -> None:
        parent = element.getparent()
        if parent is None or local_name(parent) != "sectPr":
            return
        identity = f"m{len(self._links)}"
        form = local_attributes(element).get("type", "odd")
        kinds = {"odd": "default", "even": "even", "first": "first"}
        reference = element.makeelement(
            f"{{{_W}}}{kind}Reference",
            {f"{{{_W}}}type": kinds.get(form, "default"), f"{{{OFFICE}}}id": identity},
        )
        parent.replace(element, reference)
        self._add(kind, element, identity)

    def _add(self, kind: str, element: "_Element", identity: str = "") -> None:
        identity = identity or kind
        self._parts[f"word/{identity}.xml"] = _bytes(element)
        self._links.append((identity, kind, f"{identity}.xml"))


def _numbering(lists: "_Element") -> "_Element":
    """`listDef` and `list` as `abstractNum` and `num`."""
    for each in lists:
        attributes = local_attributes(each)
        if local_name(each) == "listDef":
            each.tag = f"{{{_W}}}abstractNum"
            each.set(f"{{{_W}}}abstractNumId", attributes.get("listDefId", ""))
            for form in each.iter("{*}nfc"):
                form.tag = f"{{{_W}}}numFmt"
                form.set(f"{{{_W}}}val", _FORMS.get(value(form), "decimal"))
        elif local_name(each) == "list":
            each.tag = f"{{{_W}}}num"
            each.set(f"{{{_W}}}numId", attributes.get("ilfo", ""))
            for link in each:
                if local_name(link) == "ilst":
                    link.tag = f"{{{_W}}}abstractNumId"
    for each in lists.iter("{*}lvl"):
        if child(each, "numFmt") is None:
            each.append(each.makeelement(f"{{{_W}}}numFmt", {f"{{{_W}}}val": "decimal"}))
    return lists


def _wrapped(name: str, elements: "list[_Element]") -> "_Element":
    root = elements[0].makeelement(f"{{{_W}}}{name}")
    root.extend(elements)
    return root


def _bytes(element: "_Element") -> bytes:
    from lxml.etree import tostring

    return bytes(tostring(element, with_tail=False))
