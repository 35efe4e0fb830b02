"""What liteparse says of a PDF's pages: blocks, and the pieces of text that they are made of.

It brings a pdfium of its own, beside that of pypdfium2; neither is used from two threads.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from gristmill.pipeline.parsers.pages.layout.placed.long_dashes import may_have_dash
from gristmill.pipeline.parsers.pages.layout.placed.rules import Rule
from gristmill.schemas.outcomes.structure import Box

WINDOW = 16
"""Pages that are read together, counted from the first of the document. What liteparse makes of a
page depends on its neighbours: these are the same ones however a document is cut into parts."""

_MAGIC = b"%PDF-"
_NO_LIMIT = 1 << 30
_CUT = re.compile(r"[^\W_]-\s*\Z")
"""A hyphen at a line end, which liteparse takes for a sign that its font does not know."""
_NOTE = re.compile(r"\d{1,3}\s?[^\W\d_]")
_RAISED, _TALLEST = 1.35, 2.0
"""Times its size: as high a line is if it begins with a raised number; higher ones are odd."""
_BOLD = 600
_BOLD_NAMES = ("bold", "black", "heavy")
_FIXED_NAMES = ("mono", "courier", "consol", "typewriter", "cmtt")
_ITALIC_NAMES = ("ital", "obli", "slant")
_PLAIN_NAMES = ("regular", "light", "book", "roman")
_SHORTEST_RULE = 4.0
"""In points."""
_NO_NOTES = frozenset({"link", "popup"})
_OPTIONS: dict[str, Any] = {
    "ocr_enabled": False,
    "image_mode": "off",
    "extract_links": False,
    "extract_annotations": True,
    "extract_blocks": True,
    "extract_text_metadata": True,
    "extract_vector_graphics": True,
    "emit_word_boxes": True,
    "keep_headers_footers": True,
    "preserve_very_small_text": True,
    "continue_on_page_error": True,
    "num_workers": 1,
    "quiet": True,
}


class Piece(NamedTuple):
    """Text in one font on one line. `size` is that of the font, in points; `mark` the number by
    which the tag tree knows it (-1: none)."""

    text: str
    box: Box
    size: float
    bold: bool
    italic: bool
    fixed: bool
    rotated: bool
    garbled: bool
    mark: int


class LayoutPage(NamedTuple):
    """A page as liteparse has it: `blocks` are its own objects, `tags` the roots of its tag tree.
    One that is `noted` has fields of a form or notes, beside links; `rules` are its straight lines;
    of one that is `dashed` a hyphen may be a dash.
    Places are in points from the upper left corner of the page as it is shown."""

    number: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    blocks: tuple[Any, ...]
    tags: tuple[Any, ...]
    noted: bool = False
    rules: tuple[Rule, ...] = ()
    dashed: bool = False


class LayoutReader:
    """Pages of one PDF, in windows. A page that cannot be read has no layout, nor has any of a
    file that liteparse does not read at all."""

    def __init__(self, data: bytes, *, tagged: bool = True, count: int = _NO_LIMIT) -> None:
        """`count`: how many pages the file has, if that is known."""
        self._tagged, self._is_short = tagged, count <= WINDOW
        # Anything else it takes for an office document, and looks for a program that converts it.
        self._data = data if data.startswith(_MAGIC) else b""
        self._session: Any = None
        self._window = -1
        self._pages: dict[int, LayoutPage] = {}

    def page(self, number: int) -> LayoutPage | None:
        """A page by its number from 1; of the pages before it, only its window is kept."""
        window = (number - 1) // WINDOW
        if window != self._window:
            self._pages = {each.number: each for each in self._read(window)}
            self._window = window
        return self._pages.get(number)

    def _read(self, window: int) -> list[LayoutPage]:
        pages: list[LayoutPage] = []
        if self._data:
            with _no_failure():
                pages += map(_page, self._result(window).pages)
        return pages

    def _result(self, window: int) -> Any:
        """In order from the first window on they cost one opening of the file, else one each."""
        if self._is_short:
            return _parser(self._tagged, WINDOW).parse_bytes(self._data)
        if window == 0:
            parser = _parser(self._tagged, _NO_LIMIT)
            self._session = parser.open_batch_session_bytes(self._data, WINDOW)
        elif window != self._window + 1 or self._session is None:
            self._session = None
            first = window * WINDOW + 1
            pages = f"{first}-{first + WINDOW - 1}"
            some = _new_parser(self._tagged, max_pages=_NO_LIMIT, target_pages=pages)
            return some.parse_bytes(self._data)
        return self._session.next_batch().result


def _new_parser(tagged: bool, **options: Any) -> Any:
    from liteparse._liteparse import LiteParse  # its public face copies what we never look at

    return LiteParse(extract_structure_tree=tagged, **_OPTIONS, **options)


@lru_cache(4)
def _parser(tagged: bool, most_pages: int) -> Any:
    """One for all documents: it costs as much as a small page, and holds none of them."""
    return _new_parser(tagged, max_pages=most_pages)


@contextmanager
def _no_failure() -> Iterator[None]:
    """Whatever liteparse raises; a Rust panic is no Exception. Python's own ends go on. What has
    failed is not used again."""
    try:
        yield
    except MemoryError:
        raise
    except Exception:
        _parser.cache_clear()
        return
    except BaseException as error:
        _parser.cache_clear()
        if type(error).__name__ != "PanicException":
            raise


def _page(page: Any) -> LayoutPage:
    tree = page.structure_tree
    items = page.text_items  # a copy, each time
    return LayoutPage(
        page.page_num,
        page.width,
        page.height,
        tuple(map(_piece, items)),
        tuple(page.blocks or ()),
        tuple(tree.roots) if tree is not None else (),
        any(each.subtype not in _NO_NOTES for each in page.annotations or ()),
        tuple(_rules(page.vector_graphics)),
        any(
            may_have_dash(text, each, _size(each, text))
            for each in items
            if "-" in (text := each.text)
        ),
    )


def _rules(graphics: Any) -> Iterator[Rule]:
    for line in graphics.lines if graphics is not None else ():
        x, y, u, v = line.x1, line.y1, line.x2, line.y2
        across, down = abs(x - u), abs(y - v)
        if across >= _SHORTEST_RULE > down:
            yield Rule(True, y, x, u) if x <= u else Rule(True, y, u, x)
        elif down >= _SHORTEST_RULE > across:
            yield Rule(False, x, y, v) if y <= v else Rule(False, x, v, y)


def _piece(item: Any) -> Piece:
    bold, italic, fixed = _style(item.font_name or "", item.font_weight or 0)
    text, left, top, mark = item.text, item.x, item.y, item.mcid
    return Piece(
        text,
        Box(left, top, left + item.width, top + item.height),
        _size(item, text),
        bold,
        italic,
        fixed,
        bool(item.rotation),
        bool(item.font_is_buggy) and _CUT.search(text) is None,
        -1 if mark is None else mark,
    )


def _size(item: Any, text: str) -> float:
    """That of a piece's first letter, unless it is the raised number of a footnote."""
    height: float = item.height
    size: float = item.font_height or item.font_size or height
    raised = _RAISED * size < height < _TALLEST * size and _NOTE.match(text) is not None
    return height if raised else size


@lru_cache(1000)
def _style(name: str, weight: int) -> tuple[bool, bool, bool]:
    """Whether a font is bold, italic, and of one width. What it is called counts for more than its
    weight, which may be guessed."""
    name = name.lower()
    bold = any(word in name for word in _BOLD_NAMES) or (
        weight >= _BOLD and not any(word in name for word in _PLAIN_NAMES)
    )
    italic = any(word in name for word in _ITALIC_NAMES)
    return bold, italic, any(word in name for word in _FIXED_NAMES)


def box_of(rectangle: Any) -> Box | None:
    """One of liteparse's rectangles as a box."""
    if rectangle is None:
        return None
    left, top = rectangle.x, rectangle.y
    return Box(left, top, left + rectangle.width, top + rectangle.height)
