"""HTML's elements by how a browser shows them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
INVISIBLE = frozenset(
    {"script", "style", "svg", "math", "iframe", "head"}
    | {"canvas", "audio", "video", "map", "title", "meta", "link", "datalist"}
)
INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del"}
    | {"dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "q"}
    | {"rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike", "strong"}
    | {"sub", "sup", "time", "tt", "u", "var", "wbr", "output", "meter", "progress", "slot"}
)
_BLOCKS = HEADINGS | frozenset(
    {"address", "article", "aside", "blockquote", "body", "button", "caption", "center"}
    | {"col", "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "frame", "frameset", "header", "hgroup"}
    | {"hr", "html", "input", "legend", "li", "listing", "main", "menu", "nav", "noframes"}
    | {"noscript", "object", "ol", "optgroup", "option", "p", "picture", "pre", "search"}
    | {"section", "select", "source", "summary", "table", "tbody", "td", "template"}
    | {"textarea", "tfoot", "th", "thead", "tr", "ul", "xmp"}
)


def is_inline(element: "_Element") -> bool:
    """Whether an element is a part of the line around it.

    Browsers show elements that HTML does not know in the line, but pages use them as boxes too:
    one with text right before or behind it, and no box inside, is a part of that text.
    """
    tag = element.tag
    if tag in INLINE:
        return True
    if tag in _BLOCKS or not isinstance(tag, str):
        return False
    if next(element.iterdescendants(*_BLOCKS), None) is not None:
        return False
    before, parent = element.getprevious(), element.getparent()
    ahead = before.tail if before is not None else parent.text if parent is not None else None
    return bool((ahead and ahead.strip()) or (element.tail and element.tail.strip()))
