"""What tells content from the site around it, as numbers for each text of a page."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gristmill.pipeline.parsers.markup.html.html_names import HEADINGS
from gristmill.pipeline.parsers.markup.main_text.atoms import Atom
from gristmill.pipeline.parsers.markup.main_text.boxes import GROUPS, PLACES, Box
from gristmill.pipeline.parsers.markup.main_text.page_facts import PAGE_NAMES, best_box

Row = list[float]

_WORD = re.compile(r"\w+")
_STOPS = re.compile(r"[.!?。！？…:](?:\s|$)")
_ENDS = (".", "!", "?", "。", ":", "”", '"')
_TAGS = ("p", "div", "li", "td", "h2")
_AROUND = 4
_SIBLING_DEPTH = 5
_NEAR_H1 = 3
_HEAD_CHARS = 300
_SAMPLE_CHARS = 200

NAMES = (
    *("words", "chars", "linked", "links", "stops", "commas", "digits", "capitals", "ended"),
    *("repeated", "position", "order", "from_h1", "title", "heading"),
    *(f"{side}_{name}" for side in ("before", "next") for name in ("words", "linked", "heading")),
    *("before_same", "next_same", "before2_words", "next2_words", "before2_linked", "next2_linked"),
    *(f"tag_{tag}" for tag in _TAGS),
    *(f"in_{place}" for place in PLACES),
    *(f"around_{group}" for group in GROUPS),
    *(f"near_{group}" for group in GROUPS),
    *("depth", "near_h1", "best", "best_distance", "siblings", "sibling_chars"),
    *(
        f"box{number}_{name}"
        for number in range(1, 1 + _AROUND)
        for name in ("chars", "linked", "mean", "solid", "share")
    ),
    *PAGE_NAMES,
)
"""What each number of a row is; the weights were learned for these, in this order."""


def rows_of(atoms: Sequence[Atom], page: Row, title: str) -> Iterator[Row]:
    """A row for each text, in order. `page` are the numbers that all of them share."""
    own = [_own(atom) for atom in atoms]
    facts = _BoxFacts(atoms)
    repeated = Counter(atom.text for atom in atoms)
    wanted = set(_WORD.findall(title.lower()))
    total = max(1, sum(len(atom.text) for atom in atoms))
    first = next((place for place, atom in enumerate(atoms) if atom.box.tag == "h1"), None)
    before = 0
    for place, atom in enumerate(atoms):
        from_h1 = (place - first) / len(atoms) if first is not None else -2.0
        row = [*own[place], float(repeated[atom.text]), before / total, place / len(atoms), from_h1]
        row += [_share_of_title(atom.text, wanted), float(atom.box.tag in HEADINGS)]
        row += _neighbours(atoms, own, place)
        yield [*row, *facts.of(atom.box), *page]
        before += len(atom.text)


def _own(atom: Atom) -> Row:
    text = atom.text
    chars = max(1, len(text))
    sample = text[:_SAMPLE_CHARS]
    return [
        math.log1p(len(_WORD.findall(text))),
        math.log1p(len(text)),
        atom.link_chars / chars,
        float(atom.links),
        float(len(_STOPS.findall(text))),
        float(text.count(",")),
        sum(map(str.isdigit, sample)) / max(1, len(sample)),
        sum(map(str.isupper, sample)) / max(1, len(sample)),
        float(text.endswith(_ENDS)),
    ]


def _share_of_title(text: str, wanted: set[str]) -> float:
    if not wanted:
        return 0.0
    return len(wanted.intersection(_WORD.findall(text[:_HEAD_CHARS].lower()))) / len(wanted)


def _neighbours(atoms: Sequence[Atom], own: Sequence[Row], place: int) -> Row:
    def known(at: int) -> tuple[float, float, float, float]:
        if not 0 <= at < len(atoms):
            return -1.0, -1.0, -1.0, -1.0
        same = atoms[at].box.parent is atoms[place].box.parent
        return own[at][0], own[at][2], float(atoms[at].box.tag in HEADINGS), float(same)

    before, after, before2, after2 = map(known, (place - 1, place + 1, place - 2, place + 2))
    return [
        *before[:3],
        *after[:3],
        before[3],
        after[3],
        before2[0],
        after2[0],
        before2[1],
        after2[1],
    ]


class _BoxFacts:
    """What is true of all texts of a box, worked out once for each."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self._total = max(1, sum(len(atom.text) for atom in atoms))
        self._best, self._best_ways = best_box(atoms), dict[Box, int]()
        for steps, box in enumerate(_up(self._best)):
            self._best_ways[box] = steps
        h1 = next((atom.box for atom in atoms if atom.box.tag == "h1"), None)
        self._near_h1 = {box for _, box in zip(range(1 + _NEAR_H1), _up(h1), strict=False)} - {h1}
        self._alike: dict[tuple[Box | None, str, str], list[int]] = {}
        self._count_siblings(atoms)

    def of(self, box: Box) -> Row:
        if box.facts is None:
            box.facts = self._made(box)
        return box.facts

    def _count_siblings(self, atoms: Sequence[Atom]) -> None:
        seen: set[Box] = set()
        for atom in atoms:
            for box in _up(atom.box):
                if box in seen:
                    break
                seen.add(box)
                alike = self._alike.setdefault((box.parent, *box.signature), [0, 0])
                alike[0] += 1
                alike[1] += box.chars

    def _made(self, box: Box) -> Row:
        near = box.own
        if box.parent is not None:
            near |= box.parent.own
            if box.parent.parent is not None:
                near |= box.parent.parent.own
        row = [float(box.tag == tag) for tag in _TAGS]
        row += _bits(box.places, len(PLACES))
        row += _bits(box.groups, len(GROUPS))
        row += _bits(near, len(GROUPS))
        near_h1 = any(each in self._near_h1 for _, each in zip(range(4), _up(box), strict=False))
        row += [float(box.depth), float(near_h1), *self._way_to_best(box), *self._siblings(box)]
        return row + self._around(box)

    def _way_to_best(self, box: Box) -> Row:
        """Whether it is in the best box; else how far up from there one meets it, or down."""
        for steps, each in enumerate(_up(box)):
            if (up := self._best_ways.get(each)) is not None:
                return [float(up == 0), float(up) if up else -steps / 10]
        return [0.0, 99.0]

    def _siblings(self, box: Box) -> Row:
        """Of the most frequent kind of box around it: how many there are, and their size."""
        most, chars = 1, 0.0
        for _, each in zip(range(_SIBLING_DEPTH), _up(box), strict=False):
            count, in_all = self._alike[(each.parent, *each.signature)]
            if count > most:
                most, chars = count, in_all / count
        return [math.log1p(most), math.log1p(chars)]

    def _around(self, box: Box) -> Row:
        """The box and those around it that hold more than the one before."""
        row: Row = []
        each: Box | None = box
        for _ in range(_AROUND):
            if each is None or each.parent is None:
                row += (-1.0, -1.0, -1.0, -1.0, -1.0)
                continue
            chars = max(1, each.chars)
            row += (
                math.log1p(each.chars),
                each.link_chars / chars,
                math.log1p(each.chars / max(1, each.atoms)),
                each.solid / chars,
                each.chars / self._total,
            )
            atoms = each.atoms
            while each is not None and each.atoms == atoms:
                each = each.parent
        return row


@lru_cache(maxsize=4096)
def _bits(value: int, count: int) -> tuple[float, ...]:
    return tuple(float(value >> place & 1) for place in range(count))


def _up(box: Box | None) -> Iterator[Box]:
    while box is not None:
        yield box
        box = box.parent
