"""What a PDF is called: by what is printed largest at its beginning, or by its metadata."""

import re
from collections.abc import Sequence

from gristmill.pipeline.made_up_titles import is_made_up
from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.whole.headings import Blocks, body_size
from gristmill.pipeline.section_names import OPENERS
from gristmill.schemas.outcomes.structure import BlockKind

_LARGER = 1.15
_SAME_SIZE = 0.04
_OF_A_WORD = 0.5
_LONGEST = 300
_LEAST_LETTERS = 3
_MOST_LINES = 3
_FIRST_PAGES = 2
_FOUND = 0.7
_FEWEST = 2
_LONGEST_OPENING = 150
_FEW_ON_COVER = 10
_ENDS = ".。,，;；:"
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"-?(?:\d{1,2}(?:[.-]\d+)*|[IVXLC]{1,6}(?=[.:)]|\s))[.:)]?\s", re.IGNORECASE)
_NO_TITLE = re.compile(r"arxiv:|doi:|https?://|issn\b|vol(?:ume|\.)\s*\d", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_SERIES = re.compile(
    r"(?:the )?(?:\w+ )?(?:journal|proceedings|transactions|annals|bulletin|letters)"
    r" (?:of|on|in|for)\b|contents lists available|journal homepage|lecture notes in"
    r"|available online|(?:received|accepted):",
    re.IGNORECASE,
)
"""What journals print above the titles of their papers."""
_PART = re.compile(
    r"(annex|anhang|anlage|appendix|article|artikel|chapter|chapitre|kapitel|part|partie|section|teil)"
    r"\s+([\divxlc]+|[a-z])\b",
    re.IGNORECASE,
)
_NOTES = " *†‡§¶∗⁎"
"""Marks of footnotes at the end of a title."""
_GENERIC = OPENERS | frozenset(
    {"acknowledgements", "article", "case report", "draft", "executive summary", "open access"}
    | {"original article", "original paper", "original research", "preprint", "research"}
    | {"research article", "research paper", "review", "review article", "short communication"}
    | {"technical note", "technical report", "white paper", "working paper"}
    | {"table des matières", "目录", "目 录", "摘要"}
)
_DATED = re.compile(
    r"\W*(?:\d{4}\s*年?(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?"
    r"|(?:\d{1,2}\.?\s)?[^\W\d]{3,9}\.?\s(?:\d{1,2},?\s)?\d{4})\W*\Z"
)
_MUCH_PROSE = 500
_ON_COVER = 0.85
_FAR = 5
"""Heights of a line."""
_KINDS = frozenset({BlockKind.HEADING, BlockKind.TEXT})


def title_of(said: str | None, blocks: Blocks) -> str | None:
    """The title that the metadata say, where the beginning says it as well or has nothing better;
    else the largest line of the beginning. None where there is neither."""
    first = _first_page(blocks)
    body = body_size([block for _, block in blocks])
    printed = _printed(first, body)
    if printed is not None and _is_one_of_parts(printed, blocks):
        printed = None
    if said is not None and _may_be_said(said) and _is_believed(said, printed, first):
        return said
    return printed or _opening(first)


def _is_believed(said: str, printed: str | None, first: Sequence[PageBlock]) -> bool:
    """Whether the first page says the title of the metadata, or contradicts it not. Where it says
    most of its words only, another title that has many of them is the better one."""
    if not _is_phrase(said):
        return any(_words(said) == _words(block.text) for block in first)
    if f" {_words(said)} " in f" {_words(' '.join(block.text for block in first))} ":
        return True
    if printed is not None and _is_like(printed, said):
        return False
    return printed is None or _says(first, said)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _is_like(one: str, other: str) -> bool:
    words, others = (set(_WORD.findall(each.casefold())) for each in (one, other))
    return len(words & others) >= _FOUND * len(others)


def _is_one_of_parts(title: str, blocks: Blocks) -> bool:
    """Whether it begins with the number of a part, and others have numbers of that kind."""
    if (match := _PART.match(title)) is None:
        return False
    kinds = (
        other
        for _, block in blocks
        if block.kind is BlockKind.HEADING and (other := _PART.match(block.text))
    )
    return any(
        other[1].casefold() == match[1].casefold() and other[2] != match[2] for other in kinds
    )


def _may_be_said(title: str) -> bool:
    letters = sum(map(str.isalpha, title))
    is_made_up_title = is_made_up(title, "application/pdf")
    bare = title.strip().rstrip(":.").casefold()
    return letters >= 2 and not is_made_up_title and bare not in _GENERIC


def _is_phrase(title: str) -> bool:
    """Whether somebody may have written it for readers: no name of a file or a template."""
    return "_" not in title and (" " in title.strip() or title.isalpha())


def _opening(blocks: Sequence[PageBlock]) -> str | None:
    """The heading that the document begins with, in the size of its text."""
    if len(blocks) < _FEWEST or blocks[0].kind is not BlockKind.HEADING:
        return None
    text = blocks[0].text.strip()
    is_name = len(text) <= _LONGEST_OPENING and text[-1:] not in _ENDS
    return text if is_name and _may_name(text) else None


def _first_page(blocks: Blocks) -> list[PageBlock]:
    """The blocks of the first page that has any."""
    if not blocks:
        return []
    number = blocks[0][0]
    return [block for page, block in blocks if page == number] if number <= _FIRST_PAGES else []


def _printed(blocks: Sequence[PageBlock], body: float) -> str | None:
    beginning = blocks[: _prose_begins(blocks)]
    fitting = [index for index, block in enumerate(beginning) if _may_be(block, body)]
    fitting = [n for n in fitting if not _SERIES.match(blocks[n].text)] or fitting
    if not fitting:
        return None
    start = max(fitting, key=lambda index: (_weight(blocks[index]), -index))
    largest = blocks[start].size
    title = [blocks[start].text]
    on_cover = _is_cover(blocks)
    last = blocks[start]
    for block in blocks[start + 1 :]:
        alike = abs(block.size - largest) <= _SAME_SIZE * largest
        if on_cover and not alike:
            alike = largest > block.size >= _ON_COVER * largest
        if on_cover and (not alike or _DATED.match(block.text)):
            continue
        if not alike or not _may_be(block, body) or (on_cover and _is_far(last, block)):
            break
        if sum(map(len, title)) + len(block.text) > _LONGEST:
            break
        title.append(block.text)
        last = block
    return " ".join(" ".join(title).split()).rstrip(_NOTES)


def _prose_begins(blocks: Sequence[PageBlock]) -> int:
    """How many blocks there are before so much prose that what follows is a section of it."""
    prose = 0
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.TEXT and block.lines > _MOST_LINES:
            prose += len(block.text)
        if prose > _MUCH_PROSE:
            return index
    return len(blocks)


def _is_far(one: PageBlock, other: PageBlock) -> bool:
    """Whether what stands below is something else: a publisher, say, at the foot of a cover."""
    if one.box is None or other.box is None:
        return True
    return abs(other.box.top - one.box.bottom) > _FAR * (one.box.bottom - one.box.top)


def _weight(block: PageBlock) -> float:
    """Its size; a single word is as often the name of a series or of a house."""
    is_word = len(block.text.split()) == 1 and block.text.isascii()
    return round(block.size * (_OF_A_WORD if is_word else 1.0))


def _may_be(block: PageBlock, body: float) -> bool:
    text = block.text.strip()
    if block.kind not in _KINDS or len(text) > _LONGEST or block.size < _LARGER * body:
        return False
    if not _may_name(text):
        return False
    begins_low, ends_full = text[:1].islower(), text[-1:] in ".。"
    if begins_low and ends_full:  # the end of a sentence
        return False
    is_prose = block.lines > _MOST_LINES or begins_low or ends_full
    return not (block.kind is BlockKind.TEXT and is_prose)


def _may_name(text: str) -> bool:
    is_generic = text.rstrip(":.").casefold() in _GENERIC
    if is_generic or "@" in text or sum(map(str.isalpha, text)) < _LEAST_LETTERS:
        return False
    return not (_NUMBERED.match(text) or _NO_TITLE.match(text) or _ADDRESS.search(text))


def _is_cover(blocks: Sequence[PageBlock]) -> bool:
    """Whether a page has a few lines and no prose."""
    return len(blocks) <= _FEW_ON_COVER and all(block.lines <= _MOST_LINES for block in blocks)


def _says(blocks: Sequence[PageBlock], title: str) -> bool:
    """Whether most words of a title are among those of the blocks."""
    words = set(_WORD.findall(title.casefold()))
    there = set(_WORD.findall(" ".join(block.text for block in blocks).casefold()))
    return len(words & there) >= _FOUND * len(words) > 0
