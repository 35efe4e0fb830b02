"""One slide: its title, then its shapes as they are seen, its notes and comments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.drawing_text import drawn_text
from gristmill.pipeline.parsers.office.elements import child, chosen, outermost
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut, pictures_in
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.related_parts import FRAMED, RelatedParts
from gristmill.pipeline.parsers.office.slides.comments import Comments
from gristmill.pipeline.parsers.office.slides.order import Place, reading_order
from gristmill.pipeline.parsers.office.slides.places import (
    Inherited,
    Places,
    place_of,
    placeholder,
)
from gristmill.pipeline.parsers.office.slides.shape_text import write_shape, write_table
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.pipeline.shapes import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLES = frozenset({"title", "ctrTitle"})
_REPEATED = frozenset({"ftr", "hdr", "dt"})
_NOT_SAID = _REPEATED | {"sldNum", "sldImg"}
_NOWHERE = Place(0, 0, 0, 0)
_SHAPES = frozenset({"sp", "graphicFrame", "cxnSp"})
_NO_SHAPES = frozenset({"nvGrpSpPr", "grpSpPr", "pic", "extLst"})


class SlideReader:
    """Reads the slides of one presentation into its flow."""

    def __init__(
        self, package: Package, main: str, limits: Limits, flow: Flow, left_out: LeftOut
    ) -> None:
        self._package = package
        self._flow = flow
        self._left_out = left_out
        self._related = RelatedParts(package, limits, flow, left_out)
        self._places = Places(package)
        self._comments = Comments(package, main)
        self._common: dict[str, None] = {}
        self._layouts: set[str] = set()

    def read(self, part: str) -> None:
        root = self._package.xml(part)
        if root is None:
            return
        parts = {each.kind: each.part for each in self._related.within(part).values()}
        tree = next(root.iter("{*}spTree"), root)
        shapes = list(_in_order(tree, self._places.of_slide(parts)))
        titles = [shape for shape in shapes if _role(shape) in _TITLES][:1]
        for shape in titles:
            self._flow.heading(drawn_text(shape), 1)
        for shape in shapes:
            if shape not in titles:
                self._shape(shape)
        self._left_out.pictures(pictures_in(tree), self._flow.page)
        self._notes(parts.get("notesSlide", ""))
        for text in self._comments.of_slide(part):
            self._flow.text(text)
        if root.get("showMasterSp") not in ("0", "false"):
            self._stands_behind(parts.get("slideLayout", ""))

    def common(self) -> None:
        """Footers, and what layouts and masters show on every slide, each text once."""
        for text in self._common:
            self._flow.text(text)

    def _shape(self, shape: "_Element") -> None:
        role = _role(shape)
        if role in _REPEATED:
            self._repeat(shape)
        elif local_name(shape) == "graphicFrame":
            for each in outermost(shape, "{*}tbl", *FRAMED):
                if local_name(each) == "tbl":
                    write_table(each, self._flow)
                else:
                    self._related.refer(each)
        elif role not in _NOT_SAID:
            write_shape(shape, role, self._flow)

    def _repeat(self, shape: "_Element") -> None:
        """Text that is on every slide; the day on which it is shown is no text."""
        if next(shape.iter("{*}fld"), None) is None and (text := drawn_text(shape, "\n")):
            self._common[text] = None

    def _stands_behind(self, layout: str) -> None:
        if not layout or layout in self._layouts:
            return
        self._layouts.add(layout)
        root = self._package.xml(layout)
        roots = [root]
        if root is not None and root.get("showMasterSp") not in ("0", "false"):
            master = self._package.part_of_kind(layout, "slideMaster")
            if master and master not in self._layouts:
                self._layouts.add(master)
                roots.append(self._package.xml(master))
        for each in roots:
            for shape in outermost(each, "{*}sp") if each is not None else ():
                if placeholder(shape) is None and (text := drawn_text(shape, "\n")):
                    self._common[text] = None

    def _notes(self, part: str) -> None:
        root = self._package.xml(part) if part else None
        for shape in outermost(root, "{*}sp") if root is not None else ():
            if _role(shape) not in _NOT_SAID:
                text = drawn_text(shape, "\n")
                self._flow.text(f"Notes: {text}" if text else "")


def _role(shape: "_Element") -> str | None:
    """The role of a placeholder, "" for one without a special role, None for other shapes."""
    found = placeholder(shape)
    return None if found is None else found.role


def _in_order(tree: "_Element", inherited: tuple[Inherited, Inherited]) -> "Iterator[_Element]":
    """Shapes and frames as they are seen; those of a group stay together."""
    items = list(_items(tree))
    places = []
    before = _NOWHERE
    for item in items:
        before = place_of(item, inherited) or before
        places.append(before)
    for at in reading_order(places):
        if local_name(items[at]) == "grpSp":
            yield from _in_order(items[at], inherited)
        else:
            yield items[at]


def _items(tree: "_Element") -> "Iterator[_Element]":
    """The shapes, frames and groups of a group that are shown; of alternatives the first."""
    for each in tree:
        name = local_name(each)
        if name == "AlternateContent":
            yield from _items(chosen(each))
        elif name in _SHAPES or name == "grpSp":
            if not _is_hidden(each):
                yield each
        elif name not in _NO_SHAPES:
            yield from _items(each)


def _is_hidden(shape: "_Element") -> bool:
    for each in shape:
        if (properties := child(each, "cNvPr")) is not None:
            return local_attributes(properties).get("hidden") in ("1", "true")
    return False
