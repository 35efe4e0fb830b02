"""Elements of Office's XML by their local names, whichever edition's namespaces they have."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_OFF = frozenset({"0", "false", "off"})


def child(element: "_Element | None", *path: str) -> "_Element | None":
    """The first child of a local name; of more names, the first child of that, and so on."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if local_name(each) == name), None)
    return element


def value(element: "_Element | None") -> str:
    """The attribute `val`."""
    return "" if element is None else local_attributes(element).get("val", "")


def number(element: "_Element | None", default: int | None = None) -> int | None:
    """The attribute `val` as a whole number."""
    text = value(element)
    return int(text[:9]) if text.isdecimal() else default


def is_on(element: "_Element | None") -> bool:
    """Whether a property that is either on or off is there and not switched off."""
    return element is not None and value(element) not in _OFF


def outermost(element: "_Element", *tags: str) -> "Iterator[_Element]":
    """What has one of the tags, in order, but nothing inside of it: that is read with it."""
    from lxml.etree import iterwalk

    walk = iterwalk(element, ("start",), tags)
    for _, each in walk:
        yield each
        walk.skip_subtree()


def chosen(alternate: "_Element") -> "_Element":
    """The first way to show something (mc:AlternateContent); the others say the same again."""
    for name in ("Choice", "Fallback"):
        if (found := child(alternate, name)) is not None:
            return found
    return alternate
