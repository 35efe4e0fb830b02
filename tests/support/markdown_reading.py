"""What a reader of Markdown (CommonMark with tables) makes of a text, as plain values."""

from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.token import Token

_READER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
Found = tuple[Any, ...]


def structure_of(text: str) -> list[Found]:
    """("heading", level, text), ("text", text), ("code", text), ("list", items), ("table", rows)
    and ("html", cells). Items are (depth, number or None, text); blanks in text are collapsed."""
    found: list[Found] = []
    tokens = iter(_READER.parse(text))
    for token in tokens:
        if token.type == "heading_open":
            found.append(("heading", int(token.tag[1:]), visible(next(tokens))))
        elif token.type == "paragraph_open":
            found.append(("text", visible(next(tokens))))
        elif token.type == "fence":
            found.append(("code", token.content))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            found.append(("list", list(_items(token, tokens))))
        elif token.type == "table_open":
            found.append(("table", list(_rows(tokens))))
        elif token.type == "html_block":
            found.append(("html", html_cells(token.content)))
        else:
            assert token.type in ("heading_close", "paragraph_close"), token
    return found


def visible(token: Token) -> str:
    """The words of an inline token; anything but text and line ends is an error."""
    parts = []
    for child in token.children or ():
        if child.type in ("softbreak", "html_inline"):
            assert child.type == "softbreak" or child.content == "<br>"
            parts.append("\n")
        else:
            assert child.type in ("text", "text_special"), (child, token.content)
            parts.append(child.content)
    return collapsed("".join(parts))


def collapsed(text: str) -> str:
    return " ".join(text.split())


def _items(opening: Token, tokens: Iterator[Token]) -> Iterator[tuple[int, int | None, str]]:
    numbers = [_first(opening)]
    pending: tuple[int, int | None] | None = None
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(_first(token))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
            if not numbers:
                return
        elif token.type == "list_item_open":
            pending = (len(numbers) - 1, numbers[-1])
            if (number := numbers[-1]) is not None:
                numbers[-1] = number + 1
        elif token.type == "inline":
            assert pending is not None, "a second paragraph in an item"
            yield (*pending, visible(token))
            pending = None
        else:
            assert token.type in ("list_item_close", "paragraph_open", "paragraph_close"), token


def _first(token: Token) -> int | None:
    if token.type == "bullet_list_open":
        return None
    start = token.attrGet("start")
    return 1 if start is None else int(start)


def _rows(tokens: Iterator[Token]) -> Iterator[list[str]]:
    row: list[str] = []
    for token in tokens:
        if token.type == "table_close":
            return
        if token.type == "tr_close":
            yield row
            row = []
        elif token.type == "inline":
            row.append(visible(token))


def html_cells(text: str) -> list[tuple[int, int, str, int, int, bool]]:
    """The cells of an HTML table as a browser places them: (row, column, text, rows, columns,
    header)."""
    found = []
    taken: set[tuple[int, int]] = set()
    for row, element in enumerate(lxml_html.fragment_fromstring(text).iter("tr")):
        column = 0
        for cell in element:
            while (row, column) in taken:
                column += 1
            rows, columns = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            taken.update((row + y, column + x) for y in range(rows) for x in range(columns))
            for line_end in cell.iter("br"):
                line_end.tail = "\n" + (line_end.tail or "")
            words = collapsed("".join(cell.itertext()))
            found.append((row, column, words, rows, columns, cell.tag == "th"))
            column += columns
    return found
