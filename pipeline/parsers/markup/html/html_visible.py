"""What a page hides from its readers."""

import re
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html.html_formulas import FORMULA

if TYPE_CHECKING:
    from lxml.etree import _Element

_HIDING = re.compile(r"(?:\A|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
UNSEEN = "data-unseen"
"""The attribute of a box that is not shown as the page is loaded, and may be later."""
_MOST_HIDDEN = 0.5
"""A page that hides more than this share shows it by a script: then it is content."""


def hide_hidden(root: "_Element") -> None:
    """Takes out what is not shown, unless that is most of the page. Formulas stay: they are
    hidden where a picture of them is shown."""
    outermost = _outermost(_hidden(root))
    chars = sum(map(_chars, outermost))
    if chars and chars > _MOST_HIDDEN * _chars(root):
        return
    for element in outermost:
        if next(element.iterfind(f".//*[@{FORMULA}]"), None) is None:
            element.clear(keep_tail=True)
            element.tag = "span"


def mark_hidden(root: "_Element") -> None:
    """On a page with scripts what is hidden may be the text behind a tab: it is marked."""
    for element in _hidden(root):
        element.set(UNSEEN, "")


def _hidden(root: "_Element") -> list["_Element"]:
    hidden = [each for each in root.xpath(".//*[@hidden or @style]") if _is_hidden(each)]
    hidden += [each for each in root.iter("dialog") if each.get("open") is None]
    hidden += [each for each in root.iter("template") if each.get("shadowrootmode") is None]
    return hidden


def _is_hidden(element: "_Element") -> bool:
    if element.tag in ("html", "body") or element.get(FORMULA) is not None:
        return False
    attribute = element.get("hidden")
    if attribute is not None and attribute.lower() != "until-found":
        return True
    return bool(_HIDING.search(element.get("style") or ""))


def _outermost(elements: list["_Element"]) -> list["_Element"]:
    inside = set(elements)
    return [each for each in inside if not any(above in inside for above in each.iterancestors())]


def _chars(element: "_Element") -> int:
    """Of all but scripts and styles."""
    total = len((element.text or "").strip())
    for each in element.iter():
        if each is not element:
            if each.tag not in ("script", "style") and each.text:
                total += len(each.text.strip())
            total += len((each.tail or "").strip())
    return total
