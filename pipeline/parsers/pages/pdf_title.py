"""What a PDF is called: by what is printed largest at its beginning, or by its metadata."""

import re
from collections.abc import Sequence

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.headings import Blocks, body_size
from gristmill.schemas.structure import BlockKind

_LARGER = 1.15
_SAME_SIZE = 0.04
_OF_A_WORD = 0.5
_LONGEST = 300
_LEAST_LETTERS = 3
_MOST_LINES = 3
_FIRST_PAGES = 2
_FOUND = 0.7
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d+)*|[IVXLC]{1,6})[.:)]?\s", re.IGNORECASE)
_GENERIC = frozenset(
    {"abstract", "acknowledgements", "acknowledgments", "appendix", "bibliography", "contents"}
    | {"draft", "executive summary", "introduction", "keywords", "original article", "preface"}
    | {
        "references",
        "research article",
        "review",
        "summary",
        "table of contents",
        "technical report",
    }
    | {"einleitung", "inhalt", "inhaltsverzeichnis", "literatur", "zusammenfassung", "résumé"}
    | {"sommaire", "table des matières", "índice", "resumen", "目录", "目 录", "摘要"}
)
_KINDS = frozenset({BlockKind.HEADING, BlockKind.TEXT})


def title_of(said: str | None, blocks: Blocks) -> str | None:
    """The title that the metadata say, where the beginning says it as well or has nothing better;
    else the largest line of the beginning. None where there is neither."""
    first = _first_page(blocks)
    printed = _printed(first, body_size([block for _, block in blocks]))
    if said and (printed is None or _says(first, said)):
        return said
    return printed


def _first_page(blocks: Blocks) -> list[PageBlock]:
    """The blocks of the first page that has any."""
    if not blocks:
        return []
    number = blocks[0][0]
    return [block for page, block in blocks if page == number] if number <= _FIRST_PAGES else []


def _printed(blocks: Sequence[PageBlock], body: float) -> str | None:
    fitting = [index for index, block in enumerate(blocks) if _may_be(block, body)]
    if not fitting:
        return None
    start = max(fitting, key=lambda index: (_weight(blocks[index]), -index))
    largest = blocks[start].size
    title = [blocks[start].text]
    for block in blocks[start + 1 :]:
        alike = abs(block.size - largest) <= _SAME_SIZE * largest
        if not alike or not _may_be(block, body) or _NUMBERED.match(block.text):
            break
        if sum(map(len, title)) + len(block.text) > _LONGEST:
            break
        title.append(block.text)
    return " ".join(" ".join(title).split())


def _weight(block: PageBlock) -> float:
    """Its size; a single word is as often the name of a series or of a house."""
    is_word = len(block.text.split()) == 1 and block.text.isascii()
    return round(block.size * (_OF_A_WORD if is_word else 1.0))


def _may_be(block: PageBlock, body: float) -> bool:
    text = block.text.strip()
    if block.kind not in _KINDS or len(text) > _LONGEST or block.size < _LARGER * body:
        return False
    if text.rstrip(":.").casefold() in _GENERIC or _NUMBERED.match(text):
        return False
    is_prose = block.lines > _MOST_LINES or text[:1].islower() or text[-1:] in ".。"
    if block.kind is BlockKind.TEXT and is_prose:
        return False
    return sum(map(str.isalpha, text)) >= _LEAST_LETTERS


def _says(blocks: Sequence[PageBlock], title: str) -> bool:
    """Whether most words of a title are among those of the blocks."""
    words = set(_WORD.findall(title.casefold()))
    there = set(_WORD.findall(" ".join(block.text for block in blocks).casefold()))
    return len(words & there) >= _FOUND * len(words) > 0
