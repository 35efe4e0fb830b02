"""EPUB: the chapters of a book in reading order, each read as a page of HTML."""

import posixpath
import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.markup.html.html_blocks import blocks_of
from gristmill.pipeline.parsers.markup.html.html_prepared import prepare
from gristmill.pipeline.parsers.markup.html.html_tree import page_tree
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name, parse_xml
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.pipeline.unpacking.inflating import Members, safe_name
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/epub+zip",)
version = "4"

_META = {
    "title": "title",
    "creator": "author",
    "language": "language",
    "date": "date",
    "publisher": "publisher",
    "subject": "subject",
    "description": "description",
    "identifier": "identifier",
}
_VALUE_CHARS = 1000
_MAX_BROKEN = 100
_MOST_NAMED = 5
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_ENTITY = re.compile(r"&(\w{2,32};)")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_DECLARED = re.compile(rb"<\?xml[^>]{0,300}?encoding\s*=\s*[\"']([\w.:-]+)")


class _Book(NamedTuple):
    metadata: dict[str, Any]
    chapters: list[str]
    contents: list[str]
    """The files that hold the table of contents, by preference."""


def preload() -> None:
    from lxml import html  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """A chapter without a heading gets the one that the table of contents has for it.

    Chapters that cannot be read are listed (`broken_chapters`), unless all are. Raises
    DocumentError `parse_error`, `too_large` or `encrypted`.
    """
    members = Members(blob.data, limits)
    locked = _locked(members)
    book = _book(members)
    labels = _labels(members, book)
    blocks: list[Block] = []
    broken: list[str] = []
    pictures = 0
    for chapter in book.chapters:
        if chapter in locked:
            raise DocumentError(DocumentCode.ENCRYPTED, "the book is protected; it cannot be read")
        try:
            page = _page(members.read(chapter))
            prepare(page, whole=True)
            found = blocks_of(page)
        except (DocumentError, KeyError) as error:
            if getattr(error, "document_code", None) == DocumentCode.TOO_LARGE:
                raise
            broken.append(chapter)
            continue
        if not found:
            pictures += sum(1 for _ in page.iter("img", "image", "{*}image"))
        blocks.extend(_headed(found, labels.get(chapter)))
    if broken and len(broken) == len(book.chapters):
        raise DocumentError(DocumentCode.PARSE_ERROR, "none of the book's chapters can be read")
    metadata = book.metadata
    if broken:
        metadata["broken_chapters"] = broken[:_MAX_BROKEN]
    warnings = tuple(_warnings(broken, pictures))
    return Parsed(tuple(blocks), metadata.pop("title", None), metadata, warnings=warnings)


def _warnings(broken: list[str], pictures: int) -> Iterator[DocumentWarning]:
    """`pictures` counts those of chapters that have no text."""
    if broken:
        message = f"Chapters that cannot be read: {', '.join(broken[:_MOST_NAMED])}."
        yield DocumentWarning(WarningCode.PART_UNREADABLE, message, count=len(broken))
    if pictures:
        message = "A page of the book is a picture, whose words are not read."
        yield DocumentWarning(WarningCode.IMAGE_WITHOUT_TEXT, message, count=pictures)


def _headed(blocks: tuple[Block, ...], label: str | None) -> Iterator[Block]:
    if label and blocks and not any(block.kind is BlockKind.HEADING for block in blocks):
        yield Block(BlockKind.HEADING, label, 1)
    yield from blocks


def _locked(members: Members) -> set[str]:
    """What is encrypted. Fonts may be; they are not read."""
    if "META-INF/encryption.xml" not in members:
        return set()
    root = parse_xml(members.read("META-INF/encryption.xml"), "encryption.xml")
    found = (each.get("URI") for each in root.iter("{*}CipherReference"))
    return {safe_name(unquote(uri)) for uri in found if uri}


def _book(members: Members) -> _Book:
    if "META-INF/container.xml" in members:
        root = parse_xml(members.read("META-INF/container.xml"), "container.xml", doctype=True)
        paths = [each.get("full-path") or "" for each in root.iter("{*}rootfile")]
    else:
        paths = [name for name in members if name.endswith(".opf")]
    name = next((path for each in paths if (path := safe_name(each)) in members), None)
    if name is None:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the book has no list of its contents")
    root = parse_xml(members.read(name), name, doctype=True)
    folder = posixpath.dirname(name)
    items = {each.get("id"): each for each in root.iter("{*}item")}
    order = [items.get(each.get("idref")) for each in root.iter("{*}itemref")]
    chapters = [
        _path(folder, each.get("href"))
        for each in order
        if each is not None and (each.get("media-type") or "application/xhtml+xml") in _PAGES
    ]
    contents = [
        _path(folder, each.get("href"))
        for each in items.values()
        if "nav" in (each.get("properties") or "").split()
        or each.get("media-type") == "application/x-dtbncx+xml"
    ]
    return _Book(_metadata(root), list(dict.fromkeys(chapters)), contents)


def _metadata(root: "_Element") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in root:
        if local_name(part) != "metadata":
            continue
        for each in part.iter():
            text = " ".join((each.text or "").split())[:_VALUE_CHARS]
            if text and (name := _META.get(local_name(each))):
                if name == "author" and "author" in found:
                    found["author"] = f"{found['author']}, {text}"[:_VALUE_CHARS]
                found.setdefault(name, text)
            elif local_attributes(each).get("property") == "dcterms:modified" and text:
                found["modified"] = text
    return found


def _labels(members: Members, book: _Book) -> dict[str, str]:
    """Chapters' names from the table of contents: the first that points into the file."""
    found: dict[str, str] = {}
    for name in book.contents:
        if name not in members:
            continue
        try:
            root = _page(members.read(name))
        except DocumentError as error:
            if error.document_code == DocumentCode.TOO_LARGE:
                raise
            continue  # a book is readable without its contents
        folder = posixpath.dirname(name)
        for point in root.iter("navpoint", "navPoint", "a"):
            target = point if point.tag == "a" else point.find("content")
            label = point if point.tag == "a" else point.find(".//text")
            if target is None or label is None:
                continue
            text = " ".join("".join(map(str, label.itertext())).split())
            href = target.get("href") or target.get("src")
            if text and href:
                found.setdefault(_path(folder, href), text)
    return found


def _page(data: bytes) -> "_Element":
    """A page's tree without namespaces. It should be XML; where it is not, it is read as HTML."""
    declared = _DECLARED.search(data[:500])
    text, _ = decode(data, declared[1].decode("ascii") if declared else None)
    text = _ENTITY.sub(_character, text)
    if text.startswith("<?xml"):
        text = text.partition("?>")[2].lstrip()  # what it says of the encoding is no longer true
    try:
        root = parse_xml(text.encode("utf-8", "replace"), "a chapter", doctype=True)
    except DocumentError as error:
        if error.document_code != DocumentCode.PARSE_ERROR:
            raise
        return page_tree(text)[0]
    for each in root.iter("*"):
        each.tag = local_name(each)
    return root


def _character(match: re.Match[str]) -> str:
    """XML has five named characters; the others come from a DTD, which is never loaded."""
    name = match[1]
    return match[0] if name in _OF_XML else html5.get(name, match[0])


def _path(folder: str, href: str | None) -> str:
    path = unquote((href or "").partition("#")[0])
    return safe_name(posixpath.normpath(posixpath.join("/" + folder, path)))
