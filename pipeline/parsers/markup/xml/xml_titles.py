"""Which child of an XML element is its title. However titles nest, their text is measured once."""

from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.safe_xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLES = frozenset({"title", "head", "heading", "headline"})
_FIRST = 21
_TITLE_CHARS = 500


class _Measure(NamedTuple):
    """Of a text whose runs of blanks are collapsed; `before` and `after` are its outer blanks."""

    chars: int = 0
    before: bool = False
    after: bool = False

    def and_then(self, more: "_Measure") -> "_Measure":
        if not self.chars or not more.chars:
            return self if self.chars else more
        chars = self.chars + more.chars - (self.after and more.before)
        return _Measure(chars, self.before, more.after)

    @property
    def stripped(self) -> int:
        return max(0, self.chars - self.before - self.after)


class Titles:
    """The titles in one tree. libxml2 bounds its depth (256)."""

    def __init__(self) -> None:
        self._measured: dict[_Element, _Measure] = {}

    def of(self, element: "_Element") -> "_Element | None":
        """The child that names the element, if it comes among its first ones."""
        for index, child in enumerate(element.iterchildren("{*}*")):
            if _may_be(child) and 0 < self._measure(child).stripped <= _TITLE_CHARS:
                return child
            if index + 1 >= _FIRST:
                break
        return None

    def _measure(self, element: "_Element") -> _Measure:
        known = self._measured.get(element)
        if known is not None:
            return known
        found = _measure_of(element.text)
        for each in element:
            if isinstance(each.tag, str):
                found = found.and_then(self._measure(each))
            found = found.and_then(_measure_of(each.tail))
        if _may_be(element):
            self._measured[element] = found
        return found


def _may_be(element: "_Element") -> bool:
    return local_name(element).lower() in _TITLES


def _measure_of(text: str | None) -> _Measure:
    if not text:
        return _Measure()
    chars = len(" ".join(text.split()))
    if not chars:
        return _Measure(1, True, True)
    before, after = text[0].isspace(), text[-1].isspace()
    return _Measure(chars + before + after, before, after)
