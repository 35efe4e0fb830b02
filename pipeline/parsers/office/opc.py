"""The package around DOCX, PPTX and XLSX: parts in a zip archive, tied by relationships."""

import posixpath
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol

from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name, parse_xml
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking.inflating import Members, safe_name
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

_CORE = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "description": "description",
    "keywords": "keywords",
    "category": "category",
    "language": "language",
    "created": "created",
    "modified": "modified",
}
_VALUE_CHARS = 1000
_NO_TITLE = ("powerpoint presentation", "word document", "untitled", "document", "presentation")


class Related(NamedTuple):
    """A part that another one refers to; `kind` is the last word of the relationship's type."""

    kind: str
    part: str


class Parts(Protocol):
    """Where parts are kept: `Members` of an archive, or what has been taken from one file."""

    def __contains__(self, name: object, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def read(self, name: str, /) -> bytes: ...
    def open(self, name: str, /) -> Any: ...


class Package:
    """Parts by name. What is outside of the file is never a part, so nothing is ever fetched.

    Raises DocumentError as `Members` and `parse_xml` do.
    """

    def __init__(self, blob: Blob, limits: Limits, parts: "Parts | None" = None) -> None:
        self.members: Parts = Members(blob.data, limits) if parts is None else parts
        self._by_lower = {name.lower(): name for name in self.members}

    def main(self, fallback: str) -> str:
        """The name of the main part. Raises DocumentError `parse_error` where there is none."""
        found = [each.part for each in self.related("").values() if each.kind == "officeDocument"]
        for name in (*found, fallback):
            if self._known(name):
                return name
        raise DocumentError(DocumentCode.PARSE_ERROR, f"the document has no part {fallback}")

    def xml(self, part: str) -> "_Element | None":
        """The root element of a part, or None where the package has no such part."""
        known = self._known(part)
        return None if known is None else parse_xml(self.members.read(known), known)

    def open(self, part: str) -> "IO[bytes] | None":
        """A part as a stream, or None where the package has no such part."""
        known = self._known(part)
        return None if known is None else self.members.open(known)

    def bytes(self, part: str) -> "bytes | None":
        """A part as it is, or None where the package has no such part."""
        known = self._known(part)
        return None if known is None else self.members.read(known)

    def related(self, part: str) -> dict[str, Related]:
        """What a part (or, for "", the package) refers to inside the package, by id."""
        folder, _, file = part.rpartition("/")
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, Related] = {}
        for each in root if root is not None else ():
            target = each.get("Target") or ""
            if each.get("TargetMode") == "External" or not target:
                continue
            kind = (each.get("Type") or "").rpartition("/")[2]
            path = posixpath.normpath(posixpath.join("/" + folder, target))
            found[each.get("Id") or ""] = Related(kind, safe_name(path))
        return found

    def part_of_kind(self, part: str, kind: str) -> str | None:
        """The first part of a kind that `part` refers to."""
        return next((each.part for each in self.related(part).values() if each.kind == kind), None)

    def properties(self) -> tuple[str | None, dict[str, Any]]:
        """The title, where it is worth the name, and the other core properties."""
        root = self.xml(self.part_of_kind("", "core-properties") or "docProps/core.xml")
        found: dict[str, Any] = {}
        for each in root if root is not None else ():
            text = " ".join("".join(map(str, each.itertext())).split())[:_VALUE_CHARS]
            if text and (name := _CORE.get(local_name(each))):
                found.setdefault(name, text)
        title = found.pop("title", None)
        return (None if title and title.lower() in _NO_TITLE else title), found

    def application(self) -> dict[str, str]:
        """What the application wrote about the document: `Pages`, `Slides`, `Words`..."""
        root = self.xml(self.part_of_kind("", "extended-properties") or "docProps/app.xml")
        if root is None:
            return {}
        return {local_name(each): each.text for each in root if each.text and not len(each)}

    def _known(self, part: str) -> str | None:
        return part if part in self.members else self._by_lower.get(part.lower())


def relationship_id(element: "_Element", name: str = "id") -> str:
    """The value of `r:id` (or another name), whichever namespace `r` stands for."""
    for each, value in element.attrib.items():
        if str(each).endswith(f"}}{name}"):
            return str(value)
    return local_attributes(element).get(name, "")
