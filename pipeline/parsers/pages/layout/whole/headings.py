"""Which blocks of a document are headings, and of which level."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.whole.figure_labels import labels_in
from gristmill.pipeline.parsers.pages.layout.whole.heading_levels import Look, levels_of, look_of
from gristmill.schemas.outcomes.structure import BlockKind

Blocks = list[tuple[int, PageBlock]]
"""Of all pages in reading order, each with the number of its page."""
_LARGER = 1.08
_LONGEST = 250
_MOST_LINES = 5
_LEAST_CAPITALS = 4
_PHRASE = 20
"""Letters: in the size of the text, a longer line that ends like a sentence is one."""
_ENDS = ".。;；,，"
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S")
_NOTES = re.compile(r"[∗†‡§¶]|\w\*")
_LABEL = re.compile(
    r"(?:(?:additional |author )?key\s?words(?: and phrases)?|index terms|arxiv(?: eprint)?|doi"
    r"|issn|schlüsselw[öo]rter|mots[ -]cl[ée]s|palabras clave|palavras-chave|parole chiave"
    r"|关键词|關鍵詞|キーワード)\s?[:：.—–-]\s?\S",
    re.IGNORECASE,
)
"""What a paper says of itself in a line that begins in bold letters."""
_LETTERS = re.compile(r"[^\W\d_]")
_LITTLE_PROSE = 300
"""Characters: a document with less is a table, a form or a slide."""
_PROSE = frozenset({BlockKind.TEXT, BlockKind.LIST})
_WORDY = frozenset({BlockKind.TEXT, BlockKind.LIST, BlockKind.HEADING})


def with_headings(blocks: Blocks, level_in_outline: Callable[[int, str], int]) -> Blocks:
    """The same blocks, where headings are headings and nothing else is, with their levels.
    `level_in_outline` is asked once for each block that may be one, in order."""
    body = body_size([block for _, block in blocks])
    known = _known(blocks, level_in_outline)
    is_heading = [
        index in known or (block.kind is BlockKind.HEADING and _looks_like_one(block, body))
        for index, (_, block) in enumerate(blocks)
    ]
    _add_alike(blocks, is_heading, body)
    for index in labels_in(blocks, known):
        is_heading[index] = False
    chosen = [index for index, yes in enumerate(is_heading) if yes]
    levels = levels_of([blocks[index][1] for index in chosen], [known.get(i, 0) for i in chosen])
    level_of = dict(zip(chosen, levels, strict=True))
    return [
        (page, _as(block, level_of.get(index, 0))) for index, (page, block) in enumerate(blocks)
    ]


def body_size(blocks: Sequence[PageBlock]) -> float:
    """The size of most letters of a document, in points; 0 where nobody knows."""
    sizes: Counter[float] = Counter()
    others: Counter[float] = Counter()
    for block in blocks:
        if block.size:
            counter = sizes if block.kind in _PROSE else others
            counter[block.size] += len(block.text)
    if sizes.total() < _LITTLE_PROSE:
        sizes += others
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _as(block: PageBlock, level: int) -> PageBlock:
    if level:
        return msgspec.structs.replace(block, kind=BlockKind.HEADING, level=level)
    if block.kind is BlockKind.HEADING:
        return msgspec.structs.replace(block, kind=BlockKind.TEXT, level=0)
    return msgspec.structs.replace(block, level=0) if block.level else block


def _known(blocks: Blocks, level_in_outline: Callable[[int, str], int]) -> dict[int, int]:
    levels: dict[int, int] = {}
    for index, (page, block) in enumerate(blocks):
        if block.kind not in (BlockKind.TEXT, BlockKind.HEADING) or len(block.text) > _LONGEST:
            continue
        if level := level_in_outline(page, block.text) or block.tagged:
            levels[index] = level
    return levels


def _looks_like_one(block: PageBlock, body: float) -> bool:
    """Whether a block that liteparse takes for a heading is set apart by more than its place."""
    text = block.text
    letters = len(_LETTERS.findall(text[:_LONGEST]))
    if not letters and not text.strip().isdigit():
        return False
    if len(text) > _LONGEST or block.lines > _MOST_LINES or _names_people(text):
        return False
    if _LABEL.match(text):
        return False
    if block.size > _LARGER * body or not body:
        return True
    if block.lines > 2 or (letters > _PHRASE and text.rstrip()[-1:] in _ENDS):
        return False
    is_capital = text.isupper() and letters >= _LEAST_CAPITALS
    return block.bold or is_capital or block.italic or _NUMBER.match(text) is not None


def _names_people(text: str) -> bool:
    """Whether it has an address, or several marks of notes, as the lines below a paper's title."""
    return "@" in text or len(_NOTES.findall(text)) > 1


def _add_alike(blocks: Blocks, is_heading: list[bool], body: float) -> None:
    """A short line that looks like most headings, and unlike all paragraphs, is one as well."""
    looks = Counter(
        look_of(block) for (_, block), yes in zip(blocks, is_heading, strict=True) if yes
    )
    prose: Counter[Look] = Counter()
    for (_, block), yes in zip(blocks, is_heading, strict=True):
        if not yes and block.kind in _WORDY:
            prose[look_of(block)] += 1 + block.lines
    for index, (_, block) in enumerate(blocks):
        if is_heading[index] or block.kind is not BlockKind.TEXT or block.lines != 1:
            continue
        look = look_of(block)
        if looks[look] >= 2 * prose[look] and looks[look] > 1 and _may_be(block, body):
            is_heading[index] = True


def _may_be(block: PageBlock, body: float) -> bool:
    text = block.text.strip()
    if len(text) > _LONGEST // 2 or text[-1:] in ".,;" or text[:1].islower() or "@" in text:
        return False
    return len(_LETTERS.findall(text)) > 2 and (block.size > _LARGER * body or block.bold)
