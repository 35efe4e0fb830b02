"""PPTX: each slide is a page with its title as heading; text, tables, diagrams, notes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.opc import Package, relationship_id
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/vnd.openxmlformats-officedocument.presentationml.presentation",)
version = "1"

_TITLES = frozenset({"title", "ctrTitle"})
_LISTS = frozenset({"body", "obj", ""})  # placeholders whose paragraphs are points
_NOT_SAID = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
_PARAGRAPHS = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}p",
    "{http://purl.oclc.org/ooxml/drawingml/main}p",
)


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Slides in the order of the show, hidden ones too, each followed by its notes.

    Raises DocumentError `parse_error`, `too_large` (over `limits.max_pages` slides, or over
    `limits.max_cells` cells of charts, too).
    """
    package = Package(blob, limits)
    main = package.main("ppt/presentation.xml")
    slides = _slides(package, main)
    if len(slides) > limits.max_pages:
        raise DocumentError(
            DocumentCode.TOO_LARGE, f"it has {len(slides)} slides, the limit is {limits.max_pages}"
        )
    flow = Flow(TextRoom(limits, len(blob.data), "the presentation"))
    charts = _Charts(limits.max_cells)
    for number, part in enumerate(slides, 1):
        flow.page = number
        _Slide(package, part, flow, charts).read()
    title, metadata = package.properties()
    return Parsed(flow.finished(), title, metadata, len(slides))


def _slides(package: Package, main: str) -> list[str]:
    root = package.xml(main)
    related = package.related(main)
    listed = root.iter("{*}sldId") if root is not None else ()
    found = (related.get(_slide_id(each)) for each in listed)
    return [each.part for each in found if each is not None and each.kind == "slide"]


def _slide_id(element: "_Element") -> str:
    """`r:id`; the plain `id` beside it is another number."""
    return relationship_id(element)


class _Slide:
    def __init__(self, package: Package, part: str, flow: Flow, charts: "_Charts") -> None:
        self._package = package
        self._root = package.xml(part)
        self._related = package.related(part)
        self._flow = flow
        self._charts = charts

    def read(self) -> None:
        if self._root is None:
            return
        shapes = list(_shapes(self._root))
        titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
        for shape in titles[:1]:
            self._flow.heading(" ".join(text for _, text in _paragraphs(shape)), 1)
        for shape in shapes:
            if shape not in titles[:1]:
                self._shape(shape)
        self._notes()

    def _shape(self, shape: "_Element") -> None:
        if local_name(shape) == "graphicFrame":
            self._graphic(shape)
            return
        role = _placeholder(shape)
        if role in _NOT_SAID:
            return
        paragraphs = [(level, text) for level, text in _paragraphs(shape) if text.strip()]
        if any(level for level, _ in paragraphs) or (role in _LISTS and len(paragraphs) > 1):
            for level, text in paragraphs:
                self._flow.item(text, level)
            return
        self._flow.text("\n".join(text for _, text in paragraphs))

    def _graphic(self, frame: "_Element") -> None:
        for table in _outermost(frame, "{*}tbl"):
            self._flow.table(
                [
                    [
                        " ".join(text for _, text in _paragraphs(cell))
                        for cell in _outermost(row, "{*}tc")
                    ]
                    for row in _outermost(table, "{*}tr")
                ]
            )
        for diagram in frame.iter("{*}relIds"):
            data = self._related.get(relationship_id(diagram, "dm"))
            root = self._package.xml(data.part) if data is not None else None
            for _, text in _paragraphs(root) if root is not None else ():
                self._flow.item(text, 0)
        for chart in frame.iter("{*}chart"):
            data = self._related.get(relationship_id(chart))
            root = self._package.xml(data.part) if data is not None else None
            if root is not None:
                self._flow.text(" ".join(text for _, text in _paragraphs(root)))
                self._flow.table(self._charts.rows(root))

    def _notes(self) -> None:
        part = next((each.part for each in self._related.values() if each.kind == "notesSlide"), "")
        root = self._package.xml(part) if part else None
        for shape in _shapes(root) if root is not None else ():
            if _placeholder(shape) not in _NOT_SAID:
                text = "\n".join(text for _, text in _paragraphs(shape) if text.strip())
                self._flow.text(f"Notes: {text}" if text else "")


def _shapes(root: "_Element") -> "Iterator[_Element]":
    """Shapes and frames in order; of alternatives the first."""
    for shape in _outermost(root, "{*}sp", "{*}graphicFrame", "{*}Fallback"):
        if local_name(shape) != "Fallback":
            yield shape


def _outermost(element: "_Element", *tags: str) -> "Iterator[_Element]":
    """What has one of the tags, in order, but nothing inside of it: that is read with it."""
    from lxml.etree import iterwalk

    walk = iterwalk(element, ("start",), tags)
    for _, each in walk:
        yield each
        walk.skip_subtree()


def _placeholder(shape: "_Element") -> str | None:
    """The role of a placeholder, "" for one without a special role, None for other shapes."""
    for each in shape.iter("{*}ph"):
        return local_attributes(each).get("type", "")
    return None


def _paragraphs(element: "_Element") -> list[tuple[int, str]]:
    """(level from 0, text) of each paragraph below."""
    found = []
    for paragraph in _outermost(element, *_PARAGRAPHS):
        level = 0
        parts = []
        for each in paragraph.iter():
            name = local_name(each)
            if name == "t":
                parts.append(each.text or "")
            elif name == "br":
                parts.append("\n")
            elif name == "pPr" and (each.get("lvl") or "").isdecimal():
                level = min(int(each.get("lvl", "0")[:2]), 9)
        found.append((level, "".join(parts).replace("\v", "\n")))
    return found


class _Charts:
    """The tables of a presentation's charts, within a number of cells for all of them."""

    def __init__(self, most_cells: int) -> None:
        self._cells_left = most_cells

    def rows(self, chart: "_Element") -> list[list[str]]:
        """A row for each category, a column for each series, from the values kept in the chart."""
        columns: list[dict[int, str]] = []
        names: dict[int, str] = {}
        header = [""]
        for series in _outermost(chart, "{*}ser"):
            values: dict[int, str] = {}
            label = ""
            for part in series:
                kind = local_name(part)
                if kind == "tx":
                    label = " ".join(text for _, text in sorted(_points(part).items()))
                elif kind in ("cat", "xVal"):
                    names = names or _points(part)
                elif kind in ("val", "yVal"):
                    values = _points(part)
            header.append(label)
            columns.append(values)
        places = sorted(set(names).union(*columns))
        self._cells_left -= len(header) * (1 + len(places))
        if self._cells_left < 0:
            raise DocumentError(DocumentCode.TOO_LARGE, "the presentation's charts are too large")
        return [
            header,
            *([names.get(at, ""), *[column.get(at, "") for column in columns]] for at in places),
        ]


def _points(element: "_Element") -> dict[int, str]:
    found = {}
    for point in _outermost(element, "{*}pt"):
        place = point.get("idx") or ""
        if place.isdecimal():
            found[int(place[:9])] = "".join(each.text or "" for each in point.iter("{*}v"))
    return found
