"""The items of a list, from the lines that it is kept as."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MAX_DEPTH = 8
"""Deeper items count as this deep: Markdown's readers do not follow much further."""

_MARK = re.compile(r"(?:[-*+•‣◦▪▫●○■□·∙–—]|(\d{1,9})[.)])(?:\s+|$)")


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


def items_of(text: str) -> list[Item]:
    """Where the first line has a mark, an item begins at each; else every line is an item."""
    lines = [line.expandtabs(4) for line in text.split("\n") if line.strip()]
    marked = bool(lines) and _MARK.match(lines[0].lstrip()) is not None
    items: list[Item] = []
    indents: list[int] = []
    bare = False
    for line in lines:
        content = line.strip()
        mark = _MARK.match(content) if marked else None
        if marked and mark is None and (items or bare):
            _go_on(items, content, bare)
            bare = False
            continue
        body = content[mark.end() :] if mark else content
        bare = not body
        if bare:
            continue
        depth = _depth(indents, len(line) - len(line.lstrip()))
        number = int(mark[1]) if mark and mark[1] else None
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
