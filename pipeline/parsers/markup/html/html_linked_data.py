"""Who wrote a page and when, as it tells search engines: JSON-LD and microdata (schema.org)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPES = ("Article", "Posting", "Report", "Recipe", "Book", "Chapter", "WebPage")
_MOST_CHARS = 500_000
_MOST_AUTHORS = 20
_DATES = {"datePublished": "date", "dateModified": "modified"}


def linked_data_of(tree: "_Element") -> dict[str, str]:
    """`author`, `date`, `modified` and `language`, where the page has them."""
    found: dict[str, str] = {}
    for thing in _things(tree):
        for theirs, ours in (*_DATES.items(), ("inLanguage", "language")):
            if isinstance(value := thing.get(theirs), str) and value.strip():
                found.setdefault(ours, value.strip())
        if authors := ", ".join(dict.fromkeys(_names(thing.get("author")))):
            found.setdefault("author", authors)
    return {**_microdata(tree), **found}


def _things(tree: "_Element") -> Iterator[dict[str, Any]]:
    """Descriptions of something written, in the order of the page."""
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" not in script.get("type", "").lower() or len(text) > _MOST_CHARS:
            continue
        try:
            data = msgspec.json.decode(text.encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            continue
        yield from (each for each in _listed(data) if _is_written(each))


def _listed(data: Any) -> Iterator[dict[str, Any]]:
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict):
            graph = each.get("@graph")
            things = graph if isinstance(graph, list) else [each]
            yield from (thing for thing in things if isinstance(thing, dict))


def _is_written(thing: dict[str, Any]) -> bool:
    kinds = thing.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.endswith(_TYPES) for kind in kinds)


def _names(author: Any) -> Iterator[str]:
    for each in author[:_MOST_AUTHORS] if isinstance(author, list) else [author]:
        name = each.get("name") if isinstance(each, dict) else each
        if isinstance(name, str) and name.strip() and "://" not in name:
            yield " ".join(name.split())


def _microdata(tree: "_Element") -> dict[str, str]:
    found: dict[str, str] = {}
    for theirs, ours in _DATES.items():
        for element in tree.iter("meta", "time"):
            value = element.get("content") or element.get("datetime") or ""
            if element.get("itemprop") == theirs and value.strip():
                found.setdefault(ours, value.strip())
    return found
