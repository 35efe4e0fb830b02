"""A document's structure as Markdown: CommonMark with the tables of GitHub.

A reader finds the same headings, paragraphs, lists, code and tables again. A table that Markdown
has no rows for (cells that span several, no header, several header rows) is written as HTML,
which CommonMark allows. Captions and footnotes are paragraphs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from gristmill.schemas.outcomes.structure import RUNNING, BlockKind, StructureBlock
from gristmill.schemas.rendering.grids import grid_of, plain_rows
from gristmill.schemas.rendering.html_tables import html_table
from gristmill.schemas.rendering.list_items import Item, items_of
from gristmill.schemas.rendering.markdown_escapes import escaped, escaped_cell, escaped_line
from gristmill.schemas.rendering.paragraphs import paragraphs

_DEEPEST_HEADING = 6
_BULLETS, _DELIMITERS = "-*", ".)"
_MARKED = frozenset({BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE})
_TICKS = re.compile("`+")


def markdown(
    blocks: Iterable[StructureBlock], *, running: bool = False, marked: bool = False
) -> str:
    """`blocks` as Markdown, ending with a line end unless there is nothing to say; with `running`,
    also the headers and footers of pages, as paragraphs. `marked` says that the blocks come from
    Markdown: text, lists and tables have their marks already."""
    text = "\n\n".join(_written(blocks, running, marked))
    return f"{text}\n" if text else ""


def _written(blocks: Iterable[StructureBlock], running: bool, marked: bool) -> Iterator[str]:
    style = 1
    for block in blocks:
        if block.kind in RUNNING and not running:
            continue
        # Two lists with the same marks would be read as one, with nothing said between too.
        other = 1 - style if block.kind is BlockKind.LIST else 1
        text = block.text if marked and block.kind in _MARKED else _block(block, other)
        if text:
            style = other
            yield text


def _block(block: StructureBlock, style: int) -> str:
    if block.kind is BlockKind.HEADING:
        content = escaped_line(block.text)
        return f"{'#' * min(max(1, block.level), _DEEPEST_HEADING)} {content}" if content else ""
    if block.kind is BlockKind.CODE:
        return _code(block.text)
    if block.kind is BlockKind.LIST:
        return "\n".join(_list(items_of(block.text), style))
    if block.kind is BlockKind.TABLE:
        return _table(block)
    return "\n\n".join(filter(None, map(escaped, paragraphs(block.text))))


def _code(text: str) -> str:
    content = text.strip("\n")
    if not content.strip():
        return ""
    longest = max(map(len, _TICKS.findall(content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{content}\n{fence}"


def _list(items: Sequence[Item], style: int) -> Iterator[str]:
    indents = [0]
    for item in items:
        del indents[item.depth + 1 :]
        indent = " " * indents[item.depth]
        mark = f"{item.number}{_DELIMITERS[style]} " if item.ordered else f"{_BULLETS[style]} "
        if item.depth and item.ordered and item.number != 1:
            yield ""  # only a list that begins with 1 may follow text without a blank line
        content = "\n".join((item.kept_mark + item.lines[0], *item.lines[1:]))
        first, *others = escaped(content).split("\n")
        indents.append(len(indent) + len(mark))
        yield f"{indent}{mark}{first}"
        yield from (" " * indents[-1] + line for line in others)


def _table(block: StructureBlock) -> str:
    grid = grid_of(block)
    rows = plain_rows(grid)
    if rows is None:
        return html_table(grid, inside_markdown=True) if grid.cells else ""
    lines = [f"| {' | '.join(map(escaped_cell, row))} |" for row in rows]
    lines.insert(1, "|" + " --- |" * grid.columns)
    return "\n".join(lines)
