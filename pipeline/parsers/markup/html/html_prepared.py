"""A page's tree made ready for reading: formulas, form values and embedded pages become text, and
what nobody sees goes. Elements are changed in place and keep their tails; none is moved."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html.html_formulas import formulas_to_text
from gristmill.pipeline.parsers.markup.html.html_frames import put_pages
from gristmill.pipeline.parsers.markup.html.html_tree import text_below
from gristmill.pipeline.parsers.markup.html.html_visible import hide_hidden, mark_hidden

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPED = frozenset(
    {"", "text", "search", "email", "url", "tel", "number", "date", "time", "week", "month"}
    | {"datetime", "datetime-local"}
)
_BOXES = frozenset({"checkbox", "radio"})
_RAISED = re.compile(r"[-+−]?\d{1,9}\Z")
_SCRIPTS_ASKED = re.compile(r"java ?script|enable cookies|browser", re.IGNORECASE)
_ASKED_CHARS = 400
_NO_WORDS = re.compile(
    r"(?:image|img|photo|picture|cover|icon|logo|spacer|figure)?[\s\d._-]*\Z", re.IGNORECASE
)
_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)\Z", re.IGNORECASE)
_ALT_CHARS = 2_000


def prepare(root: "_Element", whole: bool) -> bool:
    """Everything that is read of a page is text of its elements after this; whether the page
    asks for scripts. A page that is read `whole` has what stands for its pictures, and nothing
    that it hides; on another one that is marked."""
    put_pages(root)
    formulas_to_text(root)
    if whole:
        hide_hidden(root)
    else:
        mark_hidden(root)
    asked = [each for each in root.iter("noscript") if _asks_for_scripts(each)]
    for element in asked:
        becomes(element, "")
    for tags, change in _CHANGES:
        for element in list(root.iter(*tags)):
            change(element)
    for element in list(root.iter("img")) if whole else ():
        _alternative(element)
    return bool(asked)


def becomes(element: "_Element", text: str, tag: str = "span") -> None:
    """Nothing but `text`, in the same place."""
    element.clear(keep_tail=True)
    element.tag = tag
    element.text = text


def _input(element: "_Element") -> None:
    kind = (element.get("type") or "").strip().lower()
    if kind in _BOXES:
        becomes(element, "☒ " if element.get("checked") is not None else "☐ ")
    elif kind in _TYPED and (value := (element.get("value") or "").strip()):
        becomes(element, f" {value} ")


def _select(element: "_Element") -> None:
    """What was chosen; everything that could be, where nothing was."""
    options = list(element.iter("option"))
    if any(each.get("selected") is not None for each in options):
        for each in options:
            if each.get("selected") is None:
                becomes(each, "")


def _ruby(element: "_Element") -> None:
    """A reading follows its word, in brackets: it does not cut the word in pieces."""
    base, readings = [element.text or ""], []
    for child in element:
        if child.tag in ("rt", "rtc"):
            readings.append(text_below(child).strip())
        elif child.tag != "rp" and isinstance(child.tag, str):
            base.append(text_below(child))
        base.append(child.tail or "")
    word = "".join("".join(base).split()) if _has_no_blank(base) else "".join(base).strip()
    reading = "".join(each for each in readings if each)
    becomes(element, f"{word}({reading})" if reading else word)


def _has_no_blank(parts: Iterable[str]) -> bool:
    """Whether all blanks are between elements, as authors indent them."""
    return all(" " not in each.strip() for each in parts)


def _raised(element: "_Element") -> None:
    """`10<sup>6</sup>` is not 106."""
    text = text_below(element).strip()
    if not _RAISED.match(text):
        return
    before = element.getprevious()
    parent = element.getparent()
    said = before.tail if before is not None else parent.text if parent is not None else None
    if said is None and before is not None:
        said = text_below(before)
    if said and (said[-1].isalnum() or said[-1] in ")]"):
        becomes(element, f"^{text}")


def _quoted(element: "_Element") -> None:
    element.text = f"“{element.text or ''}"
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}”"
    else:
        element.text += "”"


def _drawn(element: "_Element") -> None:
    """The words in a drawing, such as a chart's; most drawings are icons and have none."""
    texts = (
        " ".join(text_below(each).split())
        for each in element.iter("text", "foreignobject", "foreignObject")
    )
    said = " ".join(text for text in texts if text)
    if said:
        becomes(element, said, "div")


def _asks_for_scripts(element: "_Element") -> bool:
    text = text_below(element).strip()
    return len(text) <= _ASKED_CHARS and bool(_SCRIPTS_ASKED.search(text))


def _alternative(element: "_Element") -> None:
    text = " ".join((element.get("alt") or "").split())
    if _NO_WORDS.match(text) or _FILE_NAME.match(text) or len(text) > _ALT_CHARS:
        return
    if element.get("aria-hidden") != "true" and element.get("role") != "presentation":
        element.text = f" {text} "


_CHANGES: tuple[tuple[tuple[str, ...], Callable[["_Element"], None]], ...] = (
    (("ruby",), _ruby),
    (("sup",), _raised),
    (("q",), _quoted),
    (("input",), _input),
    (("select",), _select),
    (("svg",), _drawn),
)
