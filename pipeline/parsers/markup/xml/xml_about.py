"""What an XML document says of itself: its title, its authors, and the like."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.pipeline.parsers.markup.xml.xml_inline import plain_text
from gristmill.pipeline.parsers.markup.xml.xml_roles import DITA, DOCBOOK, FICTION, JATS, SVG, TEI
from gristmill.pipeline.parsers.safe_xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_TAGS = re.compile(r"<[^<>]{0,2000}>")
_VALUE_CHARS = 1_000
_MOST_AUTHORS = 100
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


class _Where(NamedTuple):
    """Paths from the root, by local names; of those for one thing the first that has text."""

    title: tuple[str, ...]
    author: tuple[str, ...]
    others: tuple[tuple[str, str], ...] = ()


_WHERE = {
    JATS: _Where(
        ("front/article-meta/title-group/article-title", "front/article-meta/title-group"),
        ("front/article-meta/contrib-group/contrib/name",),
        (
            ("journal", "front/journal-meta/journal-title-group/journal-title"),
            ("journal", "front/journal-meta/journal-title"),
            ("date", "front/article-meta/pub-date"),
        ),
    ),
    TEI: _Where(
        ("teiHeader/fileDesc/titleStmt/title",),
        ("teiHeader/fileDesc/titleStmt/author", "teiHeader/fileDesc/titleStmt/editor"),
        (("date", "teiHeader/fileDesc/publicationStmt/date"),),
    ),
    DOCBOOK: _Where(
        ("info/title", "title", "bookinfo/title", "articleinfo/title", "refnamediv/refname"),
        tuple(f"{info}/author" for info in ("info", "bookinfo", "articleinfo")),
        (("date", "info/date"), ("date", "info/pubdate")),
    ),
    DITA: _Where(("title", "topic/title", "concept/title", "task/title"), ("prolog/author",)),
    FICTION: _Where(
        ("description/title-info/book-title",),
        ("description/title-info/author",),
        (("language", "description/title-info/lang"), ("date", "description/title-info/date")),
    ),
    SVG: _Where(("title",), ()),
}


def about_document(root: "_Element", vocabulary: str) -> tuple[str | None, dict[str, Any]]:
    """The title and what else a document of a known vocabulary says of itself."""
    where = _WHERE.get(vocabulary)
    if where is None:
        return about_any(root)
    found: dict[str, Any] = {}
    authors = _first(root, where.author)[:_MOST_AUTHORS]
    if authors:
        found["author"] = authors[0] if len(authors) == 1 else authors
    for key, path in where.others:
        if texts := _first(root, (path,)):
            found.setdefault(key, texts[0])
    titles = _first(root, where.title)
    return (titles[0] if titles else None), found


def about_any(root: "_Element") -> tuple[str | None, dict[str, Any]]:
    """The title and what else a document says of itself right below its root, or below the
    first element there (`channel`, `head`, `metadata`)."""
    title: str | None = None
    found: dict[str, Any] = {}
    for element in _near(root):
        name = local_name(element).lower()
        if len(element) == 0 and (text := _TAGS.sub("", plain_text(element))[:_VALUE_CHARS]):
            if name == "title" and title is None:
                title = text
            elif name in _ABOUT:
                found.setdefault(_ABOUT[name], text)
    return title, found


def _first(root: "_Element", paths: tuple[str, ...]) -> list[str]:
    for path in paths:
        found = root.iterfind("/".join(f"{{*}}{name}" for name in path.split("/")))
        texts = [text[:_VALUE_CHARS] for text in map(plain_text, found) if text]
        if texts:
            return texts
    return []


def _near(root: "_Element") -> Iterator["_Element"]:
    yield from root.iterchildren("{*}*")
    first = next(root.iterchildren("{*}*"), None)
    if first is not None:
        yield from first.iterchildren("{*}*")
