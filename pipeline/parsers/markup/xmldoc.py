"""XML as readable text: titles as headings, prose in order, data as `path: value` lines."""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.markup.xml_blocks import blocks_of, plain_text
from gristmill.pipeline.parsers.safe_xml import local_name, parse_xml
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/xml", "image/svg+xml")
version = "2"

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,500}\?>")
_DECLARED = re.compile(rb"<\?xml[^>]{0,300}?encoding\s*=\s*[\"']([\w.:-]+)")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_NUMBERED = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,20})|([0-9]{1,20}));?")
_MARKUP = frozenset("<>&\"'")
_TAGS = re.compile(r"<[^<>]{0,2000}>")
_VALUE_CHARS = 1_000
_ABOUT = {
    "creator": "author",
    "author": "author",
    "date": "date",
    "pubdate": "date",
    "updated": "date",
    "lastbuilddate": "date",
    "language": "language",
    "description": "description",
    "subtitle": "description",
    "rights": "rights",
}


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Nothing is fetched and no entity of the document's own is resolved.

    Raises DocumentError `parse_error` for what is no XML, `too_large` for a tree, or for text,
    over the limits. Of broken XML the text is taken, and the metadata says so.
    """
    declared = _DECLARED.search(blob.data[:1024])
    text, encoding = decode(blob.data, declared[1].decode("ascii") if declared else None)
    metadata: dict[str, Any] = {"encoding": encoding}
    root = _root(_NAMED.sub(_character, _DECLARATION.sub("", text, count=1)), metadata)
    metadata["root"] = local_name(root)[:100]
    title, about = _about(root)
    room = TextRoom(limits, len(blob.data), "the XML")
    return Parsed(tuple(blocks_of(root, room)), title, {**about, **metadata})


def _root(text: str, metadata: dict[str, Any]) -> "_Element":
    data = text.strip("\ufeff \t\r\n\x00").encode("utf-8", "replace")
    try:
        return parse_xml(data, doctype=True)
    except DocumentError as error:
        if error.document_code != DocumentCode.PARSE_ERROR:
            raise
        root = _mended(data)
        if root is None:
            raise
        metadata["damaged"] = error.message
        return root


def _mended(data: bytes) -> "_Element | None":
    """What is left of broken XML when its errors are passed over."""
    from lxml import etree

    data = _NUMBERED.sub(_real_character, data)
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    return root if root is not None and plain_text(root) else None


def _character(match: re.Match[str]) -> str:
    """HTML's named characters are in many feeds, whose XML never declared them."""
    found = html5.get(f"{match[1]};")
    return found if found and not _MARKUP.intersection(found) else match[0]


def _real_character(match: re.Match[bytes]) -> bytes:
    """libxml2 lets the number of a surrogate pass when it recovers, and then it is no UTF-8."""
    number = int(match[1], 16) if match[1] else int(match[2])
    exists = number < 0xD800 or 0xDFFF < number < 0x110000
    return match[0] if exists else "\ufffd".encode()


def _about(root: "_Element") -> tuple[str | None, dict[str, str]]:
    """The title and what else a document says of itself right below its root, or below the
    first element there (`channel`, `head`, `metadata`)."""
    title: str | None = None
    found: dict[str, str] = {}
    for element in _near(root):
        name = local_name(element).lower()
        if len(element) == 0 and (text := _TAGS.sub("", plain_text(element))[:_VALUE_CHARS]):
            if name == "title" and title is None:
                title = text
            elif name in _ABOUT:
                found.setdefault(_ABOUT[name], text)
    return title, found


def _near(root: "_Element") -> Iterator["_Element"]:
    yield from root.iterchildren("{*}*")
    first = next(root.iterchildren("{*}*"), None)
    if first is not None:
        yield from first.iterchildren("{*}*")
