"""The order of the shapes of an ODP slide, and what stands on every page of an ODF document."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.slides.order import Place, reading_order
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_LENGTH = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?)(cm|mm|in|pt|pc|px)?")
_MILLIMETRES = {"cm": 10, "mm": 1, "in": 25.4, "pt": 0.3528, "pc": 4.233, "px": 0.2646}
_NOWHERE = Place(0, 0, 0, 0)
_MARGINS = frozenset(
    {"header", "header-left", "header-first", "footer", "footer-left", "footer-first"}
)


def in_order(page: "_Element") -> "list[_Element]":
    """A slide's shapes as they are seen; its notes stay last."""
    shapes = [each for each in page if local_name(each) != "notes"]
    places = []
    before = _NOWHERE
    for shape in shapes:
        before = _place(shape) or before
        places.append(before)
    return [
        *(shapes[at] for at in reading_order(places)),
        *(each for each in page if local_name(each) == "notes"),
    ]


def margins(styles: "_Element | None") -> "Iterator[_Element]":
    """Headers and footers of the master pages that are shown."""
    for page in styles.iter("{*}master-page") if styles is not None else ():
        for each in page:
            shown = local_attributes(each).get("display", "true") != "false"
            if local_name(each) in _MARGINS and shown:
                yield each


def _place(shape: "_Element") -> Place | None:
    attributes = local_attributes(shape)
    lengths = [_millimetres(attributes.get(name, "")) for name in ("x", "y", "width", "height")]
    if lengths[0] is None or lengths[1] is None:
        return None
    return Place(lengths[0], lengths[1], lengths[2] or 0, lengths[3] or 0)


def _millimetres(text: str) -> float | None:
    match = _LENGTH.fullmatch(text)
    return float(match[1]) * _MILLIMETRES[match[2] or "mm"] if match else None
