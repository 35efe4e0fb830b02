"""What is drawn or embedded in a DOCX document: boxes, charts, diagrams, word art, objects, and
chunks of other formats."""

from typing import TYPE_CHECKING, Protocol

from gristmill.pipeline.parsers.office.charts import Charts
from gristmill.pipeline.parsers.office.drawing_text import paragraphs
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.nested import NestedDocuments
from gristmill.pipeline.parsers.office.opc import Package, Related, relationship_id
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.pipeline.shapes import Limits
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element


class Reader(Protocol):
    """Who reads the contents of boxes, and takes what else is found."""

    flow: Flow
    left_out: LeftOut

    def container(self, element: "_Element") -> None: ...


class Drawings:
    """Follows references to parts; each part is read once."""

    def __init__(self, package: Package, main: str, limits: Limits, reader: Reader) -> None:
        self._package = package
        self._related = package.related(main)
        self._charts = Charts(limits.max_cells)
        self._nested = NestedDocuments(limits)
        self._reader = reader
        self._read: set[str] = set()

    def within(self, part: str) -> None:
        """What comes next is in another part."""
        self._related = self._package.related(part)

    def drawn(self, element: "_Element") -> None:
        name = local_name(element)
        if name == "txbxContent":
            self._reader.container(element)
        elif name == "textpath":
            self._reader.flow.text(local_attributes(element).get("string", ""))
        elif name == "chart":
            self._chart(relationship_id(element))
        elif name == "relIds":
            self._diagram(relationship_id(element, "dm"))
        elif name == "OLEObject":
            self._object(element)

    def chunk(self, element: "_Element") -> None:
        """Another document that Word shows at this place (17.17.2)."""
        part = self._new(relationship_id(element))
        data = self._package.bytes(part.part) if part is not None else None
        if part is None or data is None:
            return
        try:
            self._reader.flow.extend(self._nested.read(data, part.part).blocks)
        except DocumentError as error:
            self._reader.left_out.unreadable("a chunk of another format", error.message)

    def _chart(self, identity: str) -> None:
        part = self._new(identity)
        root = self._package.xml(part.part) if part is not None else None
        if root is not None:
            self._charts.write(root, self._reader.flow)

    def _diagram(self, identity: str) -> None:
        part = self._new(identity)
        root = self._package.xml(part.part) if part is not None else None
        for each in paragraphs(root) if root is not None else ():
            self._reader.flow.item(each.text, 0)

    def _object(self, element: "_Element") -> None:
        """An embedded document is read as one; of other objects there is only a picture."""
        part = self._new(relationship_id(element))
        data = self._package.bytes(part.part) if part is not None else None
        if part is None or data is None:
            return
        try:
            self._reader.flow.extend(self._nested.read(data, part.part).blocks)
        except DocumentError:
            self._reader.left_out.embedded()

    def _new(self, identity: str) -> Related | None:
        part = self._related.get(identity)
        if part is None or part.part in self._read:
            return None
        self._read.add(part.part)
        return part
