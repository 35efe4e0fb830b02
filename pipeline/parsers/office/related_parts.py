"""What drawings refer to in other parts: charts, diagrams and embedded documents."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.charts import Charts
from gristmill.pipeline.parsers.office.drawing_text import paragraphs
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.nested import NestedDocuments
from gristmill.pipeline.parsers.office.opc import Package, Related, relationship_id
from gristmill.pipeline.parsers.safe_xml import local_name
from gristmill.pipeline.shapes import Limits
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

FRAMED = ("{*}chart", "{*}relIds", "{*}oleObj", "{*}OLEObject")
"""Elements that refer to such a part."""


class RelatedParts:
    """The parts of one document; what they say goes into `flow`."""

    def __init__(self, package: Package, limits: Limits, flow: Flow, left_out: LeftOut) -> None:
        self._package = package
        self._flow = flow
        self._left_out = left_out
        self._charts = Charts(limits.max_cells)
        self._nested = NestedDocuments(limits)
        self._related: dict[str, Related] = {}
        self._embedded: set[str] = set()

    def within(self, part: str) -> dict[str, Related]:
        """What comes next is in this part; what it refers to."""
        self._related = self._package.related(part)
        return self._related

    def refer(self, element: "_Element") -> None:
        """Follow one of FRAMED. Raises DocumentError `too_large`."""
        name = local_name(element)
        if name == "chart":
            if (root := self._xml(relationship_id(element))) is not None:
                self._charts.write(root, self._flow)
        elif name == "relIds":
            root = self._xml(relationship_id(element, "dm"))
            for each in paragraphs(root) if root is not None else ():
                self._flow.item(each.text, 0)
        else:
            self._object(relationship_id(element))

    def chunk(self, element: "_Element") -> None:
        """Another document that is shown at this place (ECMA-376, 17.17.2)."""
        try:
            self._inside(relationship_id(element))
        except DocumentError as error:
            self._left_out.unreadable("a chunk of another format", error.message)

    def _object(self, identity: str) -> None:
        """An embedded document is read as one; of other objects there is only a picture."""
        try:
            self._inside(identity)
        except DocumentError:
            self._left_out.embedded(self._flow.page)

    def _inside(self, identity: str) -> None:
        part = self._related.get(identity)
        if part is None or part.part in self._embedded:
            return
        self._embedded.add(part.part)
        data = self._package.bytes(part.part)
        if data is not None:
            self._flow.extend(self._nested.read(data, part.part).blocks)

    def _xml(self, identity: str) -> "_Element | None":
        part = self._related.get(identity)
        return self._package.xml(part.part) if part is not None else None
