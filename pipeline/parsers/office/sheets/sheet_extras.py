"""What a sheet of an XLSX or XLSB shows beside its cells: shapes, charts, comments, headers."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.drawing_text import drawn_text
from gristmill.pipeline.parsers.office.elements import child, chosen, outermost
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut, pictures_in
from gristmill.pipeline.parsers.office.opc import Package, Related
from gristmill.pipeline.parsers.office.related_parts import FRAMED, RelatedParts
from gristmill.pipeline.parsers.office.sheets.xlsx_cells import rich_text
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Block, Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

MARGINS = frozenset(
    {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}
)
_CODES = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|\d{1,3}|[A-Za-z&])')
_PARTS = re.compile(r"&[LCR]")
_NO_SHAPES = frozenset({"pic", "extLst", "from", "to", "clientData"})
_ANCHORED = ("from", "row"), ("from", "col")


class SheetExtras:
    """Reads the parts of one workbook's sheets; a text of headers comes once."""

    def __init__(self, package: Package, limits: Limits, size: int, left_out: LeftOut) -> None:
        self._package = package
        self._left_out = left_out
        self._flow = Flow(TextRoom(limits, size, "the workbook"))
        self._related = RelatedParts(package, limits, self._flow, left_out)
        self._margins: set[str] = set()
        self._people: dict[str, str] = {}

    def people(self, part: str | None) -> None:
        """Who wrote comments, by the ids of newer programs."""
        root = self._package.xml(part) if part else None
        for each in root if root is not None else ():
            attributes = local_attributes(each)
            self._people[attributes.get("id", "")] = attributes.get("displayName", "")

    def blocks(self, part: str, margins: Iterable[str] = ()) -> tuple[Block, ...]:
        """Of a sheet; `margins` are the codes of its headers and footers."""
        related = self._package.related(part)
        by_kind: dict[str, list[Related]] = {}
        for each in related.values():
            by_kind.setdefault(each.kind, []).append(each)
        for each in by_kind.get("drawing", ()):
            self._drawing(each.part)
        threads = by_kind.get("threadedComment", ())
        for each in threads:
            self._thread(each.part)
        for each in by_kind.get("comments", ()) if not threads else ():
            self._comments(each.part)
        for text in filter(None, map(margin_text, margins)):
            if text not in self._margins:
                self._margins.add(text)
                self._flow.text(text)
        self._left_out.by_relations({kind: len(parts) for kind, parts in by_kind.items()})
        for _ in by_kind.get("oleObject", ()):
            self._left_out.embedded()
        found = self._flow.finished()
        self._flow.blocks.clear()
        return found

    def _drawing(self, part: str) -> None:
        root = self._package.xml(part)
        if root is None:
            return
        self._left_out.pictures(pictures_in(root))
        self._related.within(part)
        for anchor in sorted(root, key=_place):
            for shape in _shapes(anchor):
                if local_name(shape) == "sp":
                    self._flow.text(drawn_text(shape, "\n"))
                else:
                    for each in outermost(shape, *FRAMED):
                        self._related.refer(each)

    def _thread(self, part: str) -> None:
        root = self._package.xml(part)
        for each in root if root is not None else ():
            text = child(each, "text")
            author = self._people.get(local_attributes(each).get("personId", ""), "")
            self._comment(author, local_attributes(each).get("ref", ""), text)

    def _comments(self, part: str) -> None:
        root = self._package.xml(part)
        if root is None or not part.endswith(".xml"):
            return
        authors = [each.text or "" for each in root.iter("{*}author")]
        for each in root.iter("{*}comment"):
            attributes = local_attributes(each)
            number = attributes.get("authorId", "")
            at = int(number[:6]) if number.isdecimal() else -1
            author = authors[at] if 0 <= at < len(authors) else ""
            self._comment(author, attributes.get("ref", ""), child(each, "text"))

    def _comment(self, author: str, place: str, text: "_Element | None") -> None:
        said = "" if text is None else (rich_text(text) or text.text or "").strip()
        if said:
            by = f" by {author}" if author else ""
            at = f" at {place}" if place else ""
            self._flow.text(f"[Comment{by}{at}] {said}")


def margin_text(code: str) -> str:
    """A header's text without its codes (ECMA-376, 18.3.1.39), which stand for fonts, pages and
    days; what is left, centred and right is joined by blanks."""
    parts = (
        _CODES.sub(lambda match: "&" if match[0] == "&&" else "", part)
        for part in _PARTS.split(code)
    )
    text = " ".join(" ".join(parts).split())
    return text if any(map(str.isalpha, text)) else ""


def _shapes(tree: "_Element") -> "Iterator[_Element]":
    for each in tree:
        name = local_name(each)
        if name == "AlternateContent":
            yield from _shapes(chosen(each))
        elif name in ("sp", "graphicFrame"):
            yield each
        elif name not in _NO_SHAPES:
            yield from _shapes(each)


def _place(anchor: "_Element") -> tuple[int, ...]:
    """Row and column of the cell at which it begins."""
    texts = ((getattr(child(anchor, *path), "text", None) or "") for path in _ANCHORED)
    return tuple(int(text[:9]) if text.isdecimal() else 0 for text in texts)
