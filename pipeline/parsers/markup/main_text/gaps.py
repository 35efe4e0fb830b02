"""A list, a table, a heading or code in an article is a part of it, however short its texts."""

from collections.abc import Sequence

from gristmill.pipeline.parsers.markup.main_text.atoms import Atom
from gristmill.pipeline.parsers.markup.main_text.boxes import GROUPS, Box

_DEEPEST = 6
_LINKED = 0.5
_PARTS = frozenset({"li", "dt", "dd", "td", "th", "pre", "code", "h2", "h3", "h4", "h5", "h6"})
_FOREIGN = sum(
    1 << list(GROUPS).index(name)
    for name in ("comment", "related", "side", "share", "menu", "foot", "shop", "product")
)


def filled(atoms: Sequence[Atom], kept: Sequence[bool]) -> list[bool]:
    """Parts that lie between two kept texts of one box, in that same box, are kept as well:
    unless they are mostly links, or called like parts of the site."""
    result = list(kept)
    last: int | None = None
    for place, keep in enumerate(kept):
        if not keep:
            continue
        if last is not None and place - last > 1:
            home = atoms[place].box.parent
            between = atoms[last + 1 : place]
            if home is not None and _inside(atoms[last].box, home) and _belongs(between, home):
                result[last + 1 : place] = [True] * len(between)
        last = place
    return result


def _belongs(between: Sequence[Atom], home: Box) -> bool:
    chars = sum(len(atom.text) for atom in between)
    linked = sum(atom.link_chars for atom in between)
    return linked <= _LINKED * chars and all(_is_own(atom.box, home) for atom in between)


def _is_own(box: Box, home: Box) -> bool:
    """Whether a box is a part below `home`, and no box on the way is a foreign one."""
    each: Box | None = box if box.tag in _PARTS else None
    for _ in range(_DEEPEST):
        if each is home:
            return True
        if each is None or each.own & _FOREIGN:
            return False
        each = each.parent
    return False


def _inside(box: Box, home: Box) -> bool:
    each: Box | None = box
    for _ in range(_DEEPEST):
        if each is None or each is home:
            break
        each = each.parent
    return each is home
