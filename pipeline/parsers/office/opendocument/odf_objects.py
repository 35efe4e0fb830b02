"""Formulas, charts and other documents inside of an ODF document."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.mathml import formula_text
from gristmill.pipeline.parsers.office.opendocument.opendocument import OpenDocument
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST = 1000
_CONTENT = "/content.xml"
_FRAMES = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}frame"
_STANDS_FOR = frozenset({"object", "object-ole", "text-box", "table", "plugin", "applet"})
"""What a frame may hold that a picture beside it only stands for."""


def pictures_in(body: "_Element") -> int:
    """How many pictures a document shows."""
    frames = ({local_name(each) for each in frame} for frame in body.iter(_FRAMES))
    return sum("image" in names and not names & _STANDS_FOR for names in frames)


class OdfObjects:
    """Objects by where their frame says they are; each is read once."""

    def __init__(self, document: OpenDocument) -> None:
        self._document = document
        self._read: set[str] = set()

    def content(self, element: "_Element") -> "_Element | None":
        """The root of what a `draw:object` shows: a `math`, or a document."""
        for each in element:
            if local_name(each) in ("math", "document"):
                return each
        name = local_attributes(element).get("href", "").removeprefix("./").strip("/")
        if not name or name in self._read or len(self._read) >= _MOST:
            return None
        self._read.add(name)
        return self._document.xml(name + _CONTENT, doctype=True)

    def formula(self, frame: "_Element") -> str | None:
        """The text of a frame that holds a formula; None for any other."""
        for each in frame:
            if local_name(each) == "object":
                root = self.content(each)
                if root is not None and local_name(root) == "math":
                    return formula_text(root)
                if root is not None:
                    self._read.discard(
                        local_attributes(each).get("href", "").removeprefix("./").strip("/")
                    )
        return None
