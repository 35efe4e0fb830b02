"""A document's structure as HTML. All text is escaped; nothing in it can run or load anything."""

from collections.abc import Iterable, Iterator
from html import escape

from gristmill.schemas.outcomes.structure import RUNNING, BlockKind, StructureBlock
from gristmill.schemas.rendering.grids import grid_of
from gristmill.schemas.rendering.html_tables import html_table
from gristmill.schemas.rendering.list_items import items_of
from gristmill.schemas.rendering.paragraphs import paragraphs

_DEEPEST_HEADING = 6
_CLASSED = {
    BlockKind.CAPTION,
    BlockKind.FOOTNOTE,
    BlockKind.HEADER,
    BlockKind.FOOTER,
}


def html_page(
    blocks: Iterable[StructureBlock], title: str | None = None, *, running: bool = False
) -> str:
    """A whole page with `html` of the blocks as its body."""
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title or '')}</title>\n</head>\n<body>\n"
        f"{html(blocks, running=running)}</body>\n</html>\n"
    )


def html(blocks: Iterable[StructureBlock], *, running: bool = False) -> str:
    """`blocks` as HTML elements, one below the other; with `running`, also the headers and footers
    of pages. `data-page` is an element's page; captions, footnotes, headers and footers are
    paragraphs with their kind as class."""
    return "".join(
        f"{element}\n"
        for block in blocks
        if running or block.kind not in RUNNING
        for element in _elements(block)
    )


def _elements(block: StructureBlock) -> Iterator[str]:
    if not block.text.strip() and not block.cells:
        return
    page = "" if block.page is None else f' data-page="{block.page}"'
    if block.kind is BlockKind.HEADING:
        tag = f"h{min(max(1, block.level), _DEEPEST_HEADING)}"
        yield f"<{tag}{page}>{escape(' '.join(block.text.split()))}</{tag}>"
    elif block.kind is BlockKind.CODE:
        yield f"<pre{page}><code>{escape(block.text)}</code></pre>"
    elif block.kind is BlockKind.LIST:
        yield "".join(_list(block.text, page))
    elif block.kind is BlockKind.TABLE:
        yield html_table(grid_of(block)).replace("<table>", f"<table{page}>", 1)
    else:
        named = f' class="{block.kind}"' if block.kind in _CLASSED else ""
        for text in paragraphs(block.text):
            yield f"<p{named}{page}>{escape(text)}</p>"


def _list(text: str, page: str) -> Iterator[str]:
    open_tags: list[str] = []
    for item in items_of(text):
        if len(open_tags) <= item.depth:
            tag = "ol" if item.ordered else "ul"
            start = f' start="{item.number}"' if item.ordered and item.number != 1 else ""
            yield f"\n<{tag}{start}>" if open_tags else f"<{tag}{start}{page}>"
            open_tags.append(tag)
        else:
            while len(open_tags) > item.depth + 1:
                yield f"</li>\n</{open_tags.pop()}>\n"
            yield "</li>"
        yield "\n<li>" + escape(item.kept_mark + "\n".join(item.lines))
    while open_tags:
        yield f"</li>\n</{open_tags.pop()}>"
