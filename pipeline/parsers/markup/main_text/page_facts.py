"""What is true of a whole page: its size, what it says that it is, and where its text is."""

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.main_text.atoms import Atom
from gristmill.pipeline.parsers.markup.main_text.boxes import GROUPS, Box

if TYPE_CHECKING:
    from lxml.etree import _Element

PAGE_NAMES = (
    *("page_chars", "page_linked", "page_solid", "page_texts", "page_mean"),
    *("page_articles", "page_h1s", "page_scripts", "page_best"),
    *("og_article", "og_product", "og_website", "is_article", "is_product", "is_thread"),
    *("page_prices", "page_comments", "page_posts"),
)
_KINDS = (
    ("Article", "BlogPosting"),
    ("Product",),
    ("DiscussionForumPosting", "QAPage", "Question"),
)
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£¥₹]")
_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"([A-Za-z]{1,60})"')
_LINKED_CHARS = 200_000
_MOST_H1S = 5
_PIECE_CHARS, _MOST_CHARS = 40, 600
_SHARES = (1.0, 0.5, 0.25)
_COMMENT, _POST = (1 << list(GROUPS).index(name) for name in ("comment", "post"))


def page_row(tree: "_Element", atoms: Sequence[Atom]) -> list[float]:
    """The numbers that all texts of a page share, in the order of `PAGE_NAMES`."""
    total = sum(len(atom.text) for atom in atoms)
    root = _root(atoms[0].box)
    kinds, scripts = _described(tree)
    shared = _shared_as(tree)
    prices = sum(1 for atom in atoms if _PRICE.search(atom.text[:100]))
    return [
        math.log1p(total),
        root.link_chars / max(1, total),
        root.solid / max(1, total),
        math.log1p(len(atoms)),
        math.log1p(total / len(atoms)),
        math.log1p(sum(1 for _ in tree.iter("article"))),
        float(min(_MOST_H1S, sum(1 for _ in tree.iter("h1")))),
        math.log1p(scripts),
        _best_share(atoms),
        float(shared == "article"),
        float("product" in shared),
        float(shared == "website"),
        *(float(any(kind.endswith(names) for kind in kinds)) for names in _KINDS),
        math.log1p(prices),
        sum(1 for atom in atoms if atom.box.own & _COMMENT) / len(atoms),
        sum(1 for atom in atoms if atom.box.own & _POST) / len(atoms),
    ]


def best_box(atoms: Sequence[Atom]) -> Box | None:
    """Where most of the text is (as Readability finds it): texts give to the box around theirs,
    and less to the two around that."""
    scores = _scores(atoms)
    return max(scores, key=lambda box: scores[box]) if scores else None


def _best_share(atoms: Sequence[Atom]) -> float:
    total = sum(min(len(atom.text), _MOST_CHARS) for atom in atoms)
    return max(_scores(atoms).values(), default=0.0) / max(1, total)


def _scores(atoms: Sequence[Atom]) -> dict[Box, float]:
    scores: dict[Box, float] = {}
    for atom in atoms:
        chars = len(atom.text)
        if chars < _PIECE_CHARS or atom.link_chars * 2 > chars:
            continue
        gain = min(chars, _MOST_CHARS) * (1 - atom.link_chars / chars)
        box = atom.box.parent
        for share in _SHARES:
            if box is None:
                break
            scores[box] = scores.get(box, 0.0) + gain * share
            box = box.parent
    return scores


def _described(tree: "_Element") -> tuple[set[str], int]:
    """The types of schema.org that the page has, and how many scripts."""
    kinds: set[str] = set()
    scripts = 0
    for script in tree.iter("script"):
        scripts += 1
        if script.text and "ld+json" in (script.get("type") or ""):
            kinds.update(_TYPE.findall(script.text[:_LINKED_CHARS]))
    for element in tree.iter("html", "body", "main", "article", "section", "div"):
        if kind := element.get("itemtype"):
            kinds.add(kind.rpartition("/")[2])
    return kinds, scripts


def _shared_as(tree: "_Element") -> str:
    for meta in tree.iter("meta"):
        if meta.get("property") == "og:type":
            return (meta.get("content") or "").strip().lower()
    return ""


def _root(box: Box) -> Box:
    while box.parent is not None:
        box = box.parent
    return box
