"""Single lines in letters of one width: liteparse takes each for code."""

import re
from collections import Counter
from collections.abc import Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.schemas.outcomes.structure import BlockKind

_LARGER = 1.15
_OF_CODE = re.compile(r"[(){}\[\];=<>_\\/$|#]|--")
_WORDS = 3


def without_false_code(drafts: Sequence[Draft]) -> list[Draft]:
    """The same blocks of a page; a line that is larger than its text is a heading, and one that has
    an address or several words and no sign of code is text."""
    if not any(_is_alone(draft) for draft in drafts):
        return list(drafts)
    sizes: Counter[float] = Counter()
    for draft in drafts:
        if draft.kind is BlockKind.TEXT:
            sizes[draft.size] += len(draft.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    return [_judged(draft, body) if _is_alone(draft) else draft for draft in drafts]


def _is_alone(draft: Draft) -> bool:
    return draft.kind is BlockKind.CODE and len(draft.lines) == 1


def _judged(draft: Draft, body: float) -> Draft:
    if 0 < _LARGER * body <= draft.size:
        return draft._replace(kind=BlockKind.HEADING, level=1)
    is_code = _OF_CODE.search(draft.text) or len(draft.text.split()) < _WORDS
    if is_code and "@" not in draft.text:
        return draft
    return draft._replace(kind=BlockKind.TEXT)
