"""Words that a line end cuts: whether the hyphen belongs to the word, only the document can tell.

pages/pdfium and pages/layout put BREAK for such a hyphen; what it stands for is decided when all
pages are there, so that a document in parts is read as one that is whole.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec import structs

from gristmill.pipeline.paging.paged_shapes import PageBlock, PageText

BREAK = "\x02"
"""As pdfium has it. No text of ours has it for anything else."""

_LAST_WORD = re.compile(r"(?<!\S)\S+\Z")
_FIRST_WORD = re.compile(r"\S+")
_LONGEST = 100
"""Signs on both sides of a break that are looked at."""
_PARTS = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ADDRESS = re.compile(r"://|@|\bwww\.|/")
# Everything of ASCII but letters, figures, the hyphen and the break; and no capitals.
_BLANKS = bytes(
    sign + 32 * (65 <= sign <= 90)
    if sign >= 0x80 or chr(sign).isalnum() or chr(sign) in f"-{BREAK}"
    else 32
    for sign in range(256)
)
_FIRST_PARTS = frozenset({"self", "well"})
_LAST_PARTS = frozenset(
    {"aware", "based", "bound", "checkers", "defined", "dependent", "dimensional"}
    | {"driven", "effective", "efficient", "eligible", "existing", "fed", "free"}
    | {"friendly", "funded", "granting", "independent", "intensive", "invasive", "issued"}
    | {"known", "led", "level", "making", "minded", "money", "oriented", "owned", "paid"}
    | {"quality", "readable", "related", "resistant", "scale", "sensitive", "size", "sized"}
    | {"solving", "speaking", "specific", "term", "trained", "training", "tuned", "tuning"}
    | {"wide"}
)
"""Of English compounds: no word ends with one of them as a syllable, but for those that begin with
a prefix."""
_PREFIXES = frozenset(
    {"anti", "circum", "counter", "cross", "dis", "fore", "hyper", "hypo", "infra"}
    | {"inter", "micro", "mis", "multi", "non", "out", "over", "post", "pre", "pseudo"}
    | {"sub", "super", "trans", "ultra", "under"}
)
_FEWEST = 3


class _Words(NamedTuple):
    """What a document says inside of its lines, in lower case and UTF-8: its words, also as
    parts of compounds; the compounds; and what these begin and end with."""

    words: frozenset[bytes]
    compounds: frozenset[bytes]
    first: frozenset[bytes]
    last: frozenset[bytes]


def with_whole_words(pages: Sequence[PageText]) -> Sequence[PageText]:
    """The same pages; no BREAK is left in them."""
    if not any(BREAK in text for page in pages for text in _texts(page)):
        return pages
    said = _words_of(text for page in pages for text in _texts(page))
    return [_mended(page, said) if any(map(_has, _texts(page))) else page for page in pages]


def _texts(page: PageText) -> Iterable[str]:
    yield page.text
    for block in page.blocks:
        yield block.text


def _has(text: str) -> bool:
    return BREAK in text


def _mended(page: PageText, said: _Words) -> PageText:
    blocks = tuple(_whole(block, said) if BREAK in block.text else block for block in page.blocks)
    return structs.replace(page, text=_joined(page.text, said), blocks=blocks)


def _whole(block: PageBlock, said: _Words) -> PageBlock:
    """A block with what it says, in its text and in its cells."""
    cells = tuple(cell._replace(text=_joined(cell.text, said)) for cell in block.cells)
    return structs.replace(block, text=_joined(block.text, said), cells=cells)


def _joined(text: str, said: _Words) -> str:
    first, *others = text.split(BREAK)
    joined = [first]
    for before, after in pairwise([first, *others]):
        one = _LAST_WORD.search(before[-_LONGEST:])
        other = _FIRST_WORD.match(after[:_LONGEST])
        if one is None or other is None or _belongs(one[0], other[0], said):
            joined.append("-")
        joined.append(after)
    return "".join(joined)


def _belongs(before: str, after: str, said: _Words) -> bool:
    """Whether the hyphen between the two is one of the word's own."""
    parts, others = _PARTS.findall(before), _PARTS.findall(after)
    is_word = parts and others and before.endswith(parts[-1]) and after.startswith(others[0])
    if not is_word or _ADDRESS.search(before):
        return True
    one, other = parts[-1], others[0]
    is_capital = one.isupper() and other.isupper()
    if not is_capital and not (one[-1].islower() and other[0].islower()):
        return True
    if min(len(one), len(other)) == 1:
        return True
    one, other = one.casefold(), other.casefold()
    if _is_said(f"{one}-{other}", said.compounds):
        return True
    if _is_said(one + other, said.words):
        return False
    if is_capital or before.endswith(f"-{parts[-1]}"):
        return True
    return _may_be_compound(one, other, said)


def _may_be_compound(one: str, other: str, said: _Words) -> bool:
    """Of two words that the document has, of which one makes compounds there or everywhere."""
    if one in _FIRST_PARTS and len(other) > _FEWEST:
        return True
    if min(len(one), len(other)) < _FEWEST:
        return False
    if other in _LAST_PARTS and one not in _PREFIXES:
        return True
    first, last = one.encode("utf-8", "replace"), other.encode("utf-8", "replace")
    both = first in said.words and last in said.words
    return both and (first in said.first or last in said.last)


def _is_said(word: str, among: frozenset[bytes]) -> bool:
    """Whether it is there, in the singular or in the plural."""
    raw = word.encode("utf-8", "replace")
    return raw in among or raw + b"s" in among or (raw.endswith(b"s") and raw[:-1] in among)


def _words_of(texts: Iterable[str]) -> _Words:
    raw = "\n".join(texts).lower().encode("utf-8", "replace").translate(_BLANKS)
    known = set(raw.split())
    compounds = {word.strip(b"-") for word in known if b"-" in word and b"\x02" not in word}
    parts = [word.split(b"-") for word in compounds]
    pairs = {b"-".join(pair) for each in parts for pair in pairwise(each)}
    return _Words(
        frozenset(known.union(*parts)),
        frozenset(compounds | pairs),
        frozenset(each[0] for each in parts if len(each) > 1),
        frozenset(each[-1] for each in parts if len(each) > 1),
    )
