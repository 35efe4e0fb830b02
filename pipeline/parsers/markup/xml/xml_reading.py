"""From the text of an XML document to its tree: its own entities resolved within bounds, nothing
fetched, broken markup mended where that loses no words."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.pipeline.parsers.markup.xml.xml_inline import plain_text
from gristmill.pipeline.parsers.safe_xml import MAX_TREE_BYTES
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import XMLSyntaxError, _Element

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,500}\?>")
_SUBSET_END = re.compile(r"\]\s{0,100}>")
_ENTITY = re.compile(r"<!ENTITY\s{1,20}([\w.:-]{1,100})\s{1,20}(SYSTEM\b|PUBLIC\b|[\"'])")
_PARAMETER = re.compile(r"%[\w.:-]{1,100};")
_NAMED = re.compile(r"&([A-Za-z_][\w.:-]{0,100});")
_NUMBERED = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,20})|([0-9]{1,20}));?")
_BARE = re.compile(r"&(?![A-Za-z_#][\w.:-]{0,100};)")
_PREDEFINED = frozenset({"lt", "gt", "amp", "quot", "apos"})
_MARKUP = frozenset("<>&\"'")
_TAG = re.compile(r"</?[A-Za-z_][^<>]{0,2000}>|<[?!][^<>]{0,2000}>")
_ALIKE = 0.98
_MOST_NAMED = 5


class Read(NamedTuple):
    """`root` is None where the document is only read as `words`, without its broken markup."""

    root: "_Element | None"
    words: str
    warnings: tuple[DocumentWarning, ...]
    damage: str | None = None
    doctype: str = ""


def read_xml(text: str) -> Read:
    """Raises DocumentError `too_large` for a tree over the limit, `parse_error` for what has no
    words at all."""
    text = _DECLARATION.sub("", text, count=1).strip("\ufeff \t\r\n\x00")
    head, body, warnings = _references(text)
    data = (head + body).encode("utf-8", "replace")
    if len(data) > MAX_TREE_BYTES:
        raise DocumentError(DocumentCode.TOO_LARGE, f"the XML is over {MAX_TREE_BYTES} bytes")
    root, error = _tree(data)
    if root is None and "<!ENTITY" in head:  # the parser bounds how much they may grow to
        root, _ = _tree(_without_entities(head, body).encode("utf-8", "replace"))
        if root is not None:
            message = f"the XML's own entities are left out: {error}"[:300]
            warnings += (DocumentWarning(WarningCode.CONTENT_CUT, message),)
    if root is not None:
        return Read(root, "", warnings, doctype=head[:2_000])
    return _mended(head, body, error, warnings)


def _tree(data: bytes, **changed: Any) -> "tuple[_Element | None, str]":
    from lxml import etree

    options: dict[str, Any] = {
        "resolve_entities": "internal",
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "no_network": True,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }
    try:
        return etree.fromstring(data, etree.XMLParser(**options | changed)), ""
    except etree.XMLSyntaxError as error:
        return None, _said(error)


def _said(error: "XMLSyntaxError") -> str:
    """The place is said once, by its column; libxml names the line up to three times."""
    line, column = error.position
    what = (error.msg or str(error)).removesuffix(f", line {line}, column {column}")
    return f"{what.removesuffix(f' line {line}')} (line {line}, column {column})"


def _mended(head: str, body: str, error: str, warnings: tuple[DocumentWarning, ...]) -> Read:
    """What is left of broken XML when its errors are passed over, unless words are lost by it:
    then the text without its tags."""
    message = f"the XML is broken: {error}"[:300]
    words = _without_tags(body)
    if not words.strip():
        raise DocumentError(DocumentCode.PARSE_ERROR, message)
    root = _recovered(head, body, error)
    kept = sum(map(len, plain_text(root).split())) if root is not None else 0
    if root is not None and kept >= _ALIKE * sum(map(len, words.split())):
        told = DocumentWarning(WarningCode.MARKUP_BROKEN, message)
        return Read(root, "", (*warnings, told), message, head[:2_000])
    told = DocumentWarning(WarningCode.MARKUP_BROKEN, f"{message}; it is read as text")
    return Read(None, words, (*warnings, told), message)


def _recovered(head: str, body: str, error: str) -> "_Element | None":
    """The parser's own recovery drops what is around bare `&`, in an open CDATA section and after
    the first element; so these are mended before."""
    body = "".join(
        _closed(piece) if literal else _BARE.sub("&amp;", piece) for piece, literal in _pieces(body)
    )
    if error.startswith("Extra content"):
        head, body = "", f"<document>{body}</document>"
    data = _NUMBERED.sub(_real_character, (head + body).encode("utf-8", "replace"))
    return _tree(data, recover=True)[0]


def _closed(section: str) -> str:
    return section if section.endswith("]]>") else f"{section}]]>"


def _without_tags(body: str) -> str:
    """All text of a document, with nothing known of its structure."""
    kept: list[str] = []
    for piece, literal in _pieces(body):
        if literal:
            inner = piece.removeprefix("<![CDATA[").removesuffix("]]>")
            kept.append(_TAG.sub("", inner))
        else:
            kept.append(unescape(_TAG.sub("", piece)))
    return "".join(kept).replace("\r\n", "\n").replace("\r", "\n")


def _references(text: str) -> tuple[str, str, tuple[DocumentWarning, ...]]:
    """The document type declaration, and the rest with its references made readable: HTML's
    named characters are in many feeds, whose XML never declared them."""
    end = _prologue(text)
    head, body = text[:end], text[end:]
    declared = {match[1]: match[2] in "\"'" for match in _ENTITY.finditer(head)}
    if "%" in head:
        head = _PARAMETER.sub("", head)
    if "&" not in body:
        return head, body, ()
    outside, unknown = Counter[str](), Counter[str]()

    def readable(match: re.Match[str]) -> str:
        name = match[1]
        if name in _PREDEFINED or declared.get(name):
            return match[0]
        if name in declared:
            outside[name] += 1
            return " "
        found = html5.get(f"{name};")
        if found:
            return found if not _MARKUP.intersection(found) else f"&#{ord(found[0])};"
        unknown[name] += 1
        return f"&amp;{name};"

    body = "".join(
        piece if literal else _NAMED.sub(readable, piece) for piece, literal in _pieces(body)
    )
    return head, body, _told(outside, unknown)


def _without_entities(head: str, body: str) -> str:
    declared = {match[1] for match in _ENTITY.finditer(head)}

    def without(match: re.Match[str]) -> str:
        return " " if match[1] in declared else match[0]

    return "".join(
        piece if literal else _NAMED.sub(without, piece) for piece, literal in _pieces(body)
    )


def _prologue(text: str) -> int:
    """Where the document type declaration ends; 0 where there is none."""
    start = text.find("<!DOCTYPE", 0, 100_000)
    if start < 0 or text[:start].replace("<!--", "").lstrip()[:1].isalnum():
        return 0
    close = text.find(">", start)
    if "[" not in text[start : close + 1]:
        return close + 1
    match = _SUBSET_END.search(text, start)
    return match.end() if match else 0


def _pieces(body: str) -> Iterator[tuple[str, bool]]:
    """The text between and inside of CDATA sections, in which nothing is a reference; the
    sections keep their marks."""
    place = 0
    while (start := body.find("<![CDATA[", place)) >= 0:
        end = body.find("]]>", start)
        end = end + 3 if end >= 0 else len(body)
        yield body[place:start], False
        yield body[start:end], True
        place = end
    yield body[place:], False


def _told(outside: Counter[str], unknown: Counter[str]) -> tuple[DocumentWarning, ...]:
    said = (
        (WarningCode.OBJECT_LEFT_OUT, outside, "what stands for another file is not read"),
        (WarningCode.MARKUP_BROKEN, unknown, "nothing says what it stands for"),
    )
    return tuple(
        DocumentWarning(code, f"{_names(names)}: {message}"[:300], count=names.total())
        for code, names, message in said
        if names
    )


def _names(names: Counter[str]) -> str:
    return ", ".join(f"&{name};" for name, _ in names.most_common(_MOST_NAMED))


def _real_character(match: re.Match[bytes]) -> bytes:
    """libxml2 lets the number of a surrogate pass when it recovers, and then it is no UTF-8."""
    number = int(match[1], 16) if match[1] else int(match[2])
    exists = number < 0xD800 or 0xDFFF < number < 0x110000
    return match[0] if exists else "\ufffd".encode()
