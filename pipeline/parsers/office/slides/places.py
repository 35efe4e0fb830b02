"""Where the shapes of a slide are, those of placeholders from its layout and master too."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.office.elements import child, outermost
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.slides.order import Place
from gristmill.pipeline.parsers.safe_xml import local_attributes

if TYPE_CHECKING:
    from lxml.etree import _Element

_ALIKE = {"ctrTitle": "title", "subTitle": "body", "obj": "body", "": "body"}


class Placeholder(NamedTuple):
    """`role` is "" where none is said; `number` ties it to one of its layout."""

    role: str
    number: str


def placeholder(shape: "_Element") -> Placeholder | None:
    """Of a shape that is one."""
    for each in shape.iter("{*}ph"):
        attributes = local_attributes(each)
        return Placeholder(attributes.get("type", ""), attributes.get("idx", ""))
    return None


class Inherited:
    """The places of a layout's placeholders, or of a master's."""

    def __init__(self, root: "_Element | None") -> None:
        self._by_number: dict[str, Place] = {}
        self._by_role: dict[str, Place] = {}
        for shape in outermost(root, "{*}sp") if root is not None else ():
            role, place = placeholder(shape), own_place(shape)
            if role is not None and place is not None:
                if role.number:
                    self._by_number.setdefault(role.number, place)
                self._by_role.setdefault(_ALIKE.get(role.role, role.role), place)

    def of(self, role: Placeholder) -> Place | None:
        found = self._by_number.get(role.number) if role.number else None
        return found or self._by_role.get(_ALIKE.get(role.role, role.role))


class Places:
    """Places of the shapes of slides; layouts and masters are read once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._read: dict[str, tuple[Inherited, Inherited]] = {}

    def of_slide(self, related: Mapping[str, str]) -> tuple[Inherited, Inherited]:
        """Those of a slide's layout and of its master; `related` are its parts by kind."""
        layout = related.get("slideLayout", "")
        if layout not in self._read:
            master = self._package.part_of_kind(layout, "slideMaster") if layout else None
            self._read[layout] = (
                Inherited(self._package.xml(layout) if layout else None),
                Inherited(self._package.xml(master) if master else None),
            )
        return self._read[layout]


def place_of(shape: "_Element", inherited: tuple[Inherited, Inherited]) -> Place | None:
    """A shape's place, in the coordinates of what it stands in."""
    place = own_place(shape)
    role = placeholder(shape) if place is None else None
    if role is None:
        return place
    return inherited[0].of(role) or inherited[1].of(role)


def own_place(shape: "_Element") -> Place | None:
    """What a shape, a frame or a group says of its place."""
    frame = child(shape, "xfrm")
    for properties in ("spPr", "grpSpPr"):
        if frame is None:
            frame = child(shape, properties, "xfrm")
    offset, extent = child(frame, "off"), child(frame, "ext")
    if offset is None or extent is None:
        return None
    numbers = [offset.get("x"), offset.get("y"), extent.get("cx"), extent.get("cy")]
    if not all((each or "").lstrip("-").isdecimal() for each in numbers):
        return None
    return Place(*(float((each or "0")[:12]) for each in numbers))
