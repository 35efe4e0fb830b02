"""Block-level elements of a page: what their names say, and how much text is in them."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html.html_visible import UNSEEN

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROLES = {
    "navigation": "nav",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
    "main": "main",
    "article": "article",
    "search": "form",
    "dialog": "dialog",
}
PLACES = (
    *("nav", "header", "footer", "aside", "form", "main", "article", "section", "ul", "table"),
    *("dialog", "button", "figure", "noscript", "template", "unseen"),
)
"""What tells something of all that is inside of it: elements, and not being seen."""
_PLACES = {name: 1 << place for place, name in enumerate(PLACES)}

GROUPS = {
    "content": r"content|article|post(?!er)|entry|story|main|text|description|detail",
    "comment": r"comment|repl(?:y|ies)|disqus|discussion|respond",
    "post": r"post|message|thread|topic|answer|question",
    "related": r"relat|recommend|also|similar|suggest|more-|trending|popular|latest|teaser|"
    r"upsell|cross-?sell",
    "side": r"sidebar|side-|aside|widget|rail|secondary",
    "share": r"share|social|follow|newsletter|subscri|sign-?up|promo|banner|advert|\bads?\b|"
    r"sponsor|cookie|consent|gdpr|popup|modal",
    "menu": r"menu|nav|crumb|paginat|pager|toolbar|tabs?\b|toc|skip|search|filter|facet|sort",
    "foot": r"foot|copyright|legal|bottom|imprint",
    "head": r"head|top|logo|brand",
    "meta": r"meta|byline|author|date|tag|categor|bio|caption|credit|avatar|profile|user|badge",
    "hidden": r"hidden|hide|collapse|sr-only|screen-reader|visually|offscreen|drawer|overlay|"
    r"tooltip",
    "product": r"product|item|card|grid|tile|listing|result",
    "shop": r"cart|checkout|basket|wishlist|login|account|price|shipping|delivery|payment|"
    r"review|rating|quantity|variant|option|swatch",
    "call": r"\bcta\b|btn|button|hero|feature|testimonial|faq|accordion",
}
"""What authors call parts of a page, in their classes and ids. One bit each, in this order."""
_GROUPS = [(1 << place, re.compile(words)) for place, words in enumerate(GROUPS.values())]
_MARK_CHARS = 300
_SOLID_CHARS = 80
_TEXT_CHARS = 200
_LAYING_OUT = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "table", "form", "article"})


@lru_cache(maxsize=4096)
def groups_of(marks: str) -> int:
    """The groups that a class and an id name, as bits."""
    return sum(bit for bit, words in _GROUPS if words.search(marks))


class Box:
    """A block-level element. `places` and `groups` are bits: of it and all around it, and its own
    only (`own`). Counts are of everything below: `solid` are characters of long texts without
    many links, `lays_out` says that there is a heading or a table. `facts` keeps what is worked
    out once for all of its texts."""

    __slots__ = (
        *("atoms", "chars", "depth", "element", "facts", "groups", "lays_out", "link_chars"),
        *("own", "parent", "places", "signature", "solid", "tag"),
    )

    def __init__(self, element: "_Element", parent: "Box | None") -> None:
        self.parent = parent
        self.tag: str = element.tag
        self.element = element
        self.atoms = self.chars = self.link_chars = self.solid = 0
        self.facts: list[float] | None = None
        self.lays_out = False
        if parent is not None and self.tag in _LAYING_OUT:
            self._lay_out()

    def count(self, chars: int, link_chars: int) -> None:
        """One more text, in this box and all around it."""
        if not self.atoms:
            self._learn()
        solid = chars if chars >= _SOLID_CHARS and link_chars * 2 < chars else 0
        box: Box | None = self
        while box is not None:
            box.atoms += 1
            box.chars += chars
            box.link_chars += link_chars
            box.solid += solid
            box = box.parent

    def _learn(self) -> None:
        """What its names say. Most boxes of a page hold no text, and need none."""
        parent = self.parent
        if parent is not None and not parent.atoms:
            parent._learn()
        classes = self.element.get("class") or ""
        self.signature = (self.tag, classes.split(" ", 1)[0])
        marks = f"{classes} {self.element.get('id') or ''}"[:_MARK_CHARS].lower()
        named = len(marks) > 1 and self.tag not in ("body", "html")
        self.own = groups_of(marks) if named else 0
        place = _PLACES.get(_ROLES.get(self.element.get("role") or "", self.tag), 0)
        if self.element.get(UNSEEN) is not None:
            place |= _PLACES["unseen"]
        self.depth: int = 0
        self.places, self.groups = place, self.own
        if parent is not None:
            self.depth = parent.depth + 1
            self.places |= parent.places
            self.groups |= parent.groups

    def is_data(self) -> bool:
        """Of a table: whether it has rows of texts rather than parts of the page."""
        return not self.lays_out and self.chars <= _TEXT_CHARS * self.atoms

    def _lay_out(self) -> None:
        box = self.parent
        while box is not None and not box.lays_out:
            box.lays_out = True
            box = box.parent
