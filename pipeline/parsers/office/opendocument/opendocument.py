"""The package around ODT, ODS and ODP: content, metadata, and whether it is encrypted."""

import copy
import io
from typing import IO, TYPE_CHECKING, Any

from gristmill.pipeline.parsers.safe_xml import (
    iterate_xml,
    local_attributes,
    local_name,
    parse_xml,
)
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking.inflating import Members
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

CONTENT = "content.xml"

_META = {
    "title": "title",
    "initial-creator": "author",
    "creator": "author",
    "subject": "subject",
    "description": "description",
    "keyword": "keywords",
    "language": "language",
    "creation-date": "created",
    "date": "modified",
}
_VALUE_CHARS = 1000
_MOST_BLANKS = 100


class OpenDocument:
    """An open package. Raises DocumentError as `Members` and `parse_xml` do, and `encrypted`."""

    def __init__(self, blob: Blob, limits: Limits) -> None:
        self.members = Members(blob.data, limits)
        manifest = self.xml("META-INF/manifest.xml", doctype=True)
        if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
            raise DocumentError(
                DocumentCode.ENCRYPTED, "the document is encrypted; save it without a password"
            )
        if CONTENT not in self.members:
            raise DocumentError(DocumentCode.PARSE_ERROR, "the document has no content.xml")

    def xml(self, name: str, *, doctype: bool = False) -> "_Element | None":
        """The root element of a member, or None where there is no such member."""
        if name not in self.members:
            return None
        return parse_xml(self.members.read(name), name, doctype=doctype)

    def _meta(self) -> "_Element | None":
        return self.xml("meta.xml")

    def stream(self) -> IO[bytes]:
        """The content, to be iterated over."""
        return self.members.open(CONTENT)  # type: ignore[return-value]

    def properties(self) -> tuple[str | None, dict[str, Any], int | None]:
        """Title, other metadata, and the number of pages that the last program counted."""
        found: dict[str, Any] = {}
        keywords: list[str] = []
        pages = None
        root = self._meta()
        for each in root.iter() if root is not None else ():
            name = local_name(each)
            text = " ".join((each.text or "").split())[:_VALUE_CHARS]
            if name == "document-statistic":
                count = local_attributes(each).get("page-count", "")
                pages = int(count[:9]) if count.isdecimal() and int(count[:9]) > 0 else None
            elif name == "keyword" and text:
                keywords.append(text)
            elif text and name in _META:
                found.setdefault(_META[name], text)
        if keywords:
            found["keywords"] = ", ".join(keywords)[:_VALUE_CHARS]
        return found.pop("title", None), found, pages


class FlatDocument(OpenDocument):
    """The same in one file of XML (ODF 1.3, part 3, 3.1.2). Raises DocumentError as `parse_xml`
    does."""

    def __init__(self, blob: Blob) -> None:
        self._data = blob.data
        self._root: _Element | None = None

    def xml(self, name: str, *, doctype: bool = False) -> "_Element | None":
        if name not in (CONTENT, "styles.xml", "meta.xml"):
            return None
        if self._root is None:
            self._root = parse_xml(self._data, "the document", doctype=doctype)
        return self._root

    def stream(self) -> IO[bytes]:
        return io.BytesIO(self._data)

    def _meta(self) -> "_Element | None":
        """The beginning of a large file does: what it says of itself stands first."""
        for each in iterate_xml(io.BytesIO(self._data), "meta", what="the document"):
            if local_name(each) == "meta":
                return copy.deepcopy(each)
        return None


def opened(blob: Blob, limits: Limits) -> OpenDocument:
    """A document in a package or in one file of XML."""
    return OpenDocument(blob, limits) if blob.data.startswith(b"PK") else FlatDocument(blob)


def blanks(element: "_Element") -> str:
    """The blanks that `text:s` stands for, within reason."""
    number = local_attributes(element).get("c", "1")
    return " " * (min(int(number[:9]), _MOST_BLANKS) if number.isdecimal() else 1)
