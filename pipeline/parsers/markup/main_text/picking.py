"""Takes the site out of a page, so that its content is left."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.main_text.atoms import Atom, atoms_of
from gristmill.pipeline.parsers.markup.main_text.boxes import Box
from gristmill.pipeline.parsers.markup.main_text.features import rows_of
from gristmill.pipeline.parsers.markup.main_text.gaps import filled
from gristmill.pipeline.parsers.markup.main_text.model import Weights, learned
from gristmill.pipeline.parsers.markup.main_text.page_facts import PAGE_NAMES, page_row
from gristmill.pipeline.parsers.markup.main_text.readers_comments import without_comments

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORD_CHARS = 8
_SURE = 0.9
_SURE_BIAS = 0.7
_UNSURE, _FEW_WORDS = 0.7, 100


def leave_content(tree: "_Element", title: str, weights: Weights | None = None) -> int:
    """Empties every text of `tree` that is not content; how many characters are left."""
    atoms = atoms_of(tree)
    if not atoms:
        return 0
    model = weights or learned()
    page = page_row(tree, atoms)
    chances = [model.chance(row) for row in rows_of(atoms, page, title)]
    facts = dict(zip(PAGE_NAMES, page, strict=True))
    kept = without_comments(atoms, filled(atoms, picked(atoms, chances)), facts)
    for atom, keep in zip(atoms, kept, strict=True):
        if not keep:
            for element, place in atom.parts:
                setattr(element, place, None)
    return sum(len(atom.text) for atom, keep in zip(atoms, kept, strict=True) if keep)


def picked(atoms: Sequence[Atom], chances: Sequence[float]) -> list[bool]:
    """The texts whose expected F1 of words is highest. A data table is kept or left whole.

    A page whose content is evident gets less of what is doubtful: there it is a caption, an
    author's note or a teaser. A short page of which nothing is evident, such as a menu alone, is
    kept whole.
    """
    evened = _evened(atoms, chances)
    weights = [words_in(atom.text) for atom in atoms]
    threshold, f1 = best_threshold(evened, weights)
    if f1 < _UNSURE and sum(weights) < _FEW_WORDS:
        return [True] * len(atoms)
    if f1 > _SURE:
        threshold, _ = best_threshold(evened, weights, _SURE_BIAS)
    return [chance >= threshold for chance in evened]


def best_threshold(
    chances: Sequence[float], weights: Sequence[float], bias: float = 1.0
) -> tuple[float, float]:
    """The chance from which on texts are taken, and the F1 to expect; `bias` scales how much
    content the page is thought to have."""
    expected = bias * sum(map(float.__mul__, chances, weights))
    taken = right = best = 0.0
    threshold = 1.0
    for chance, weight in sorted(zip(chances, weights, strict=True), reverse=True):
        taken += weight
        right += chance * weight
        f1 = 2 * right / (taken + expected + 1e-9)
        if f1 > best:
            best, threshold = f1, chance
    return threshold, best


def words_in(text: str) -> float:
    """Words, or their like in a script that does not part them."""
    return max(float(len(text.split())), len(text) / _WORD_CHARS)


def _evened(atoms: Sequence[Atom], chances: Sequence[float]) -> list[float]:
    """All texts of a table have the same chance: rows without some cells are no rows."""
    tables: dict[Box, list[float]] = {}
    homes = [_table(atom.box) for atom in atoms]
    for home, atom, chance in zip(homes, atoms, chances, strict=True):
        if home is not None:
            sums = tables.setdefault(home, [0.0, 0.0])
            size = math.sqrt(1 + len(atom.text))
            sums[0] += chance * size
            sums[1] += size
    return [
        chance if home is None else tables[home][0] / tables[home][1]
        for home, chance in zip(homes, chances, strict=True)
    ]


def _table(box: Box) -> Box | None:
    """The data table that a box is a cell of, or in a cell of; no table that holds headings,
    for that lays the page out."""
    each: Box | None = box
    while each is not None and each.tag != "table":
        each = each.parent
    return each if each is not None and each.is_data() else None
