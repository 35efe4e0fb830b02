"""Footnotes: small print in the lower half of a page that begins with a mark."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.schemas.outcomes.structure import BlockKind

_MARK = re.compile(r"(?:\d{1,3}|[*∗†‡§¶]{1,3}|[¹²³⁴⁵⁶⁷⁸⁹⁰]+)\s?[^\W\d_]")
_SMALLER = 0.92
_LEAST_LETTERS = 8
_MANY = 0.2


def with_footnotes(drafts: Sequence[Draft], height: float) -> list[Draft]:
    """The same blocks of a page that is `height` points high."""
    body = _body(drafts)
    return [
        draft._replace(kind=BlockKind.FOOTNOTE) if _is_footnote(draft, body, height) else draft
        for draft in drafts
    ]


def _is_footnote(draft: Draft, body: float, height: float) -> bool:
    if draft.kind is not BlockKind.TEXT or draft.box is None or draft.box.top < height / 2:
        return False
    if not 0 < draft.size <= _SMALLER * body or _MARK.match(draft.text) is None:
        return False
    return sum(map(str.isalpha, draft.text)) >= _LEAST_LETTERS


def _body(drafts: Iterable[Draft]) -> float:
    """The largest size that many letters of paragraphs have: notes may be most of a page."""
    sizes: Counter[float] = Counter()
    for draft in drafts:
        if draft.kind is BlockKind.TEXT:
            for line in draft.lines:
                sizes[line.size] += len(line.text)
    many = _MANY * sizes.total()
    return max((size for size, letters in sizes.items() if letters >= many), default=0.0)
