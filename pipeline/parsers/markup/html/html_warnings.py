"""What of a page could not be read."""

from typing import TYPE_CHECKING

from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

if TYPE_CHECKING:
    from lxml.etree import _Element

_FEW_CHARS = 100
_EMBEDDED = frozenset({"embed", "object"})


def warnings_of(root: "_Element", chars: int, asks_for_scripts: bool) -> list[DocumentWarning]:
    """`chars` is how much text was read: a page that has enough of it may have pictures, and may
    ask for scripts, without lacking anything."""
    found = []
    embedded = sum(bool(each.get("data") or each.get("src")) for each in root.iter(*_EMBEDDED))
    if embedded:
        message = f"{_counted(embedded, 'embedded object')} of this page {_is(embedded)} not read."
        found.append(DocumentWarning(WarningCode.OBJECT_LEFT_OUT, message, count=embedded))
    if chars >= _FEW_CHARS:
        return found
    if asks_for_scripts or _is_frame_for_scripts(root):
        message = "Scripts write this page as it is shown; what they would write is missing."
        found.append(DocumentWarning(WarningCode.PART_UNREADABLE, message))
    if pictures := sum(not (each.get("alt") or "").strip() for each in root.iter("img")):
        message = f"{_counted(pictures, 'picture')} of this page {_is(pictures)} without text."
        found.append(DocumentWarning(WarningCode.IMAGE_WITHOUT_TEXT, message, count=pictures))
    return found


def _is_frame_for_scripts(root: "_Element") -> bool:
    if next(root.iter("script"), None) is None:
        return False
    return bool(root.xpath("boolean(//body//div[@id and not(node())])"))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
