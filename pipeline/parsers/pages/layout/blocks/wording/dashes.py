"""Dashes that stand between two words without a blank: liteparse gives hyphens for them, or nothing
at a line end, so that words are joined. pdfium tells them apart."""

import re
from collections.abc import Iterable, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft, Witness
from gristmill.pipeline.parsers.pages.layout.placed.reading import LayoutPage
from gristmill.pipeline.parsers.pages.layout.whole.broken_words import BREAK
from gristmill.schemas.outcomes.structure import BlockKind, Box

_DASH = re.compile(r"([^\W_]+[^\w\s—–]?)([—–])\s{0,3}([^\w\s—–]?[^\W_]+)")
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_MOST = 500
"""Of one page: each is looked for in each block."""


def with_dashes(drafts: Sequence[Draft], page: LayoutPage, witness: Witness) -> list[Draft]:
    """The same blocks; asks the witness only where a hyphen is as wide as a dash."""
    if not page.dashed:
        return list(drafts)
    text = witness.text(page.number, Box(0, 0, page.width, page.height)).translate(_QUOTES)
    found = list(dict.fromkeys(match.groups() for match in _DASH.finditer(text)))[:_MOST]
    return [_mended(draft, found) for draft in drafts]


def _mended(draft: Draft, found: Iterable[tuple[str, ...]]) -> Draft:
    if draft.kind is BlockKind.TABLE:
        return draft
    text = draft.text
    for before, dash, after in found:
        if before not in text or after not in text:
            continue
        joint = rf"(?<![^\W_]){re.escape(before)}[-{BREAK}]?\s?{re.escape(after)}(?![^\W_])"
        text = re.sub(joint, f"{before}{dash}{after}", text)
    return draft._replace(text=text) if text != draft.text else draft
