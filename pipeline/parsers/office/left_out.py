"""What a document was read without, gathered to one warning of each kind."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.office.opc import relationship_id
from gristmill.pipeline.parsers.safe_xml import local_name
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

if TYPE_CHECKING:
    from lxml.etree import _Element

_MACROS = frozenset({"vbaProject", "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"})
_CONTROLS = frozenset({"control"})
_PICTURE, _OLDER_PICTURE = "pic", "pict"
_STAND_INS = frozenset({"object", "oleObj", "Fallback"})
"""Inside of these, a picture shows what is read in another way."""


class _Place(NamedTuple):
    code: WarningCode
    message: str
    page: int | None


class LeftOut:
    """Warnings in the order in which they first came up."""

    def __init__(self) -> None:
        self._counts: dict[_Place, int] = {}

    def add(self, code: WarningCode, message: str, page: int | None = None, count: int = 1) -> None:
        place = _Place(code, message, page)
        self._counts[place] = self._counts.get(place, 0) + count

    def macros(self) -> None:
        self.add(WarningCode.MACRO_LEFT_OUT, "the document has macros, which are not read")

    def embedded(self, page: int | None = None) -> None:
        self.add(
            WarningCode.OBJECT_LEFT_OUT,
            "an embedded object is of a kind that is not read",
            page,
        )

    def unreadable(self, what: str, reason: str) -> None:
        self.add(WarningCode.PART_UNREADABLE, f"{what} could not be read: {reason}"[:300])

    def pictures(self, count: int, page: int | None = None) -> None:
        if count:
            message = "a picture is not read, nor any words in it"
            self.add(WarningCode.IMAGE_WITHOUT_TEXT, message, page, count)

    def by_relations(self, kinds: Mapping[str, int]) -> None:
        """What the kinds of a part's relationships tell, with how many there are of each."""
        if any(kinds.get(kind) for kind in _MACROS):
            self.macros()
        for kind in _CONTROLS:
            if kinds.get(kind):
                self.add(
                    WarningCode.OBJECT_LEFT_OUT,
                    "a control of a form (ActiveX) is not read",
                    None,
                    kinds[kind],
                )

    def warnings(self) -> tuple[DocumentWarning, ...]:
        return tuple(
            DocumentWarning(place.code, place.message, place.page, count)
            for place, count in self._counts.items()
        )


def pictures_in(root: "_Element") -> int:
    """How many pictures a part shows, each once; those that fill shapes are decoration."""
    shown = {
        relationship_id(each, name) or relationship_id(each, "link")
        for tag, name in (("{*}blip", "embed"), ("{*}imagedata", "id"))
        for each in root.iter(tag)
        if _is_picture(each)
    }
    return len(shown - {""})


def _is_picture(element: "_Element") -> bool:
    above = [local_name(each) for each in element.iterancestors()]
    if _STAND_INS.intersection(above):
        return False
    if local_name(element) == "blip":
        return above[1:2] == [_PICTURE]
    return _OLDER_PICTURE in above
