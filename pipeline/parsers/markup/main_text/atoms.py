"""A page cut into its smallest pieces of running text, each with the box that holds it."""

import re
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html.html_names import INLINE, INVISIBLE, is_inline
from gristmill.pipeline.parsers.markup.main_text.boxes import Box

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLANKS = re.compile(r"[ \t\r\n\f]+")


class Atom:
    """Text between two block boundaries, directly in `box`. `link_chars` of it are in `links`
    links; `parts` are its places in the tree: an element, and `text` or `tail`."""

    __slots__ = ("box", "link_chars", "links", "parts", "pieces", "text")

    def __init__(self, box: Box) -> None:
        self.box = box
        self.link_chars = self.links = 0
        self.parts: list[tuple[_Element, str]] = []
        self.pieces: list[str] = []
        self.text = ""


def atoms_of(root: "_Element") -> list[Atom]:
    """The text below `root` in order, and every box's counts. lxml bounds the recursion (256)."""
    walk = _Walk()
    walk.block(root, Box(root, None))
    for atom in walk.found:
        atom.box.count(len(atom.text), atom.link_chars)
    return walk.found


class _Walk:
    def __init__(self) -> None:
        self.found: list[Atom] = []
        self._open: Atom | None = None

    def block(self, element: "_Element", box: Box) -> None:
        self._close()
        self._into(element, box, linked=False)
        self._close()

    def _into(self, element: "_Element", box: Box, linked: bool) -> None:
        if text := element.text:
            self._add(element, "text", text, box, linked)
        for child in element:
            tag = child.tag
            if tag == "br":
                if self._open is not None:
                    self._open.pieces.append(" ")
            elif tag in INLINE or is_inline(child):
                self._into(child, box, linked or tag == "a")
                if tag == "a" and self._open is not None:
                    self._open.links += 1
            elif isinstance(tag, str) and tag not in INVISIBLE:
                self._close()
                self._into(child, Box(child, box), linked)
                self._close()
            if text := child.tail:
                self._add(child, "tail", text, box, linked)

    def _add(self, element: "_Element", place: str, text: str, box: Box, linked: bool) -> None:
        solid = _BLANKS.sub(" ", text)
        atom = self._open
        if atom is None:
            if solid == " ":
                return
            atom = self._open = Atom(box)
            self.found.append(atom)
        atom.pieces.append(solid)
        atom.parts.append((element, place))
        if linked:
            atom.link_chars += len(solid.strip())

    def _close(self) -> None:
        if self._open is not None:
            self._open.text = "".join(self._open.pieces).strip()
            self._open = None
