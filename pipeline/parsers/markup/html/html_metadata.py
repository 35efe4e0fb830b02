"""What a page says about itself in its head."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html.html_linked_data import linked_data_of
from gristmill.pipeline.parsers.markup.html.html_tree import text_below

if TYPE_CHECKING:
    from lxml.etree import _Element

_VALUE_CHARS = 1000
_FIELDS = {
    "author": "author",
    "article:author": "author",
    "dc.creator": "author",
    "description": "description",
    "og:description": "description",
    "keywords": "keywords",
    "article:published_time": "date",
    "date": "date",
    "dc.date": "date",
    "article:modified_time": "modified",
    "og:site_name": "site",
    "og:title": "title",
    "dc.title": "title",
    "language": "language",
}


def metadata_of(tree: "_Element") -> dict[str, str]:
    """Author, description, keywords, dates, site and language, where the page has them."""
    found = _meta(tree)
    found.pop("title", None)
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    if language and language.strip():
        found["language"] = language.strip()[:35]
    for name, value in linked_data_of(tree).items():
        found.setdefault(name, value[:_VALUE_CHARS])
    return found


def title_of(tree: "_Element") -> str | None:
    """The title element, or the one made for sharing, or the first outermost heading.

    The title element comes first unless the other is its beginning: then it only adds the
    site's name to it.
    """
    element = tree.find(".//title")
    title = " ".join(text_below(element).split()) if element is not None else ""
    shared = _meta(tree).get("title", "")
    if shared and (not title or (title.startswith(shared) and len(title) > len(shared))):
        return shared
    if title:
        return title
    heading = tree.find(".//h1")
    return " ".join(text_below(heading).split()) or None if heading is not None else None


def _meta(tree: "_Element") -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("name") or element.get("property") or "").lower()
        content = " ".join((element.get("content") or "").split())
        if content and name in _FIELDS and not (name.endswith("author") and "://" in content):
            found.setdefault(_FIELDS[name], content[:_VALUE_CHARS])
    return found
