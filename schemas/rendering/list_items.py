"""The items of a list, from the lines that it is kept as."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MAX_DEPTH = 8
"""Deeper items count as this deep: Markdown's readers do not follow much further."""

_MARK = re.compile(r"(?:[-*+•‣◦▪▫●○■□·∙–—]|(\d{1,9})[.)])(?:\s+|$)")
_PATH = re.compile(r"(\d{1,4}(?:\.\d{1,4}){1,7})[.)]?(?:\s+|$)")
"""`1.2` and `1.2.3.`: the number of an item below one that is numbered."""
_OTHER = re.compile(
    r"(?:\(?(?:[A-Za-z]|[ivxlc]{2,5})\)|\(\d{1,3}\)|(?:[a-z]|[ivx]{2,5})\.|(?:\d{1,2}\.){3,8})\s+()"
)
"""`a)`, `(iv)`, `(2)`, `b.`, `2.3.1.`; not `A.`, which begins a name."""


@dataclass
class Item:
    """An item; `depth` counts from 0. `number` is what it is numbered with, `mark` the source's
    own mark with its blank."""

    lines: list[str]
    depth: int
    number: int | None = None
    mark: str = ""
    ordered: bool = field(default=False)
    """Whether it is one of a row of items that are numbered in turn."""

    @property
    def kept_mark(self) -> str:
        """The source's mark where it tells more than that an item begins, and no list shows it."""
        says = self.mark[:1].isalnum() or self.mark[:1] == "("
        return self.mark if says and not self.ordered else ""


def items_of(text: str) -> list[Item]:
    """Where the first line has a mark, an item begins at each; else every line is an item.

    `1.2` is a mark where it follows on the item numbered `1.` or `1.1`; `1.2 kg` does not.
    """
    lines = [line.expandtabs(4) for line in text.split("\n") if line.strip()]
    marked = bool(lines) and _MARK.match(lines[0].lstrip()) is not None
    items: list[Item] = []
    indents: list[int] = []
    bare = False
    last: tuple[int, ...] = ()
    for line in lines:
        content = line.strip()
        mark = _mark_of(content, last) if marked else None
        last = _path_of(mark, last)
        if marked and mark is None and (items or bare):
            _go_on(items, content, bare)
            bare = False
            continue
        body = content[mark.end() :] if mark else content
        bare = not body
        if bare:
            continue
        depth = _depth(indents, len(line) - len(line.lstrip()))
        number = int(mark[1]) if mark and mark[1] and mark[1].isdigit() else None
        items.append(Item([body], depth, number, mark[0] if mark else ""))
    _find_ordered(items)
    return items


def siblings(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items by list: those of one depth that have none above them in between."""
    open_lists: list[list[Item]] = []
    for item in items:
        while len(open_lists) > item.depth + 1:
            yield open_lists.pop()
        if len(open_lists) == item.depth + 1:
            open_lists[-1].append(item)
        else:
            open_lists.append([item])
    yield from open_lists


def _mark_of(content: str, last: tuple[int, ...]) -> re.Match[str] | None:
    return _MARK.match(content) or _next_path(content, last) or _OTHER.match(content)


def _next_path(content: str, last: tuple[int, ...]) -> re.Match[str] | None:
    """The mark of an item that follows on `last`: its first below, or the next beside or above."""
    mark = _PATH.match(content)
    if mark is None or not last:
        return None
    path = tuple(map(int, mark[1].split(".")))
    beside = len(path) <= len(last) and path == (*last[: len(path) - 1], last[len(path) - 1] + 1)
    return mark if beside or path == (*last, 1) else None


def _path_of(mark: re.Match[str] | None, last: tuple[int, ...]) -> tuple[int, ...]:
    """The number of the item that was begun last; a bullet between them changes nothing."""
    return tuple(map(int, mark[1].split("."))) if mark and mark[1] else last


def _go_on(items: list[Item], content: str, bare: bool) -> None:
    """A line without a mark belongs to the item before it, be that only a mark until now."""
    if bare:
        items.append(Item([content], items[-1].depth if items else 0))
    else:
        items[-1].lines.append(content)


def _depth(indents: list[int], indent: int) -> int:
    while indents and indents[-1] > indent - 2:
        indents.pop()
    if len(indents) <= MAX_DEPTH:
        indents.append(indent)
    return len(indents) - 1


def _find_ordered(items: list[Item]) -> None:
    for row in siblings(items):
        first = row[0].number
        if first is not None and all(
            item.number == number for number, item in enumerate(row, first)
        ):
            for item in row:
                item.ordered = True
