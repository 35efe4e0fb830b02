"""Pages inside of a page that come with it (`<iframe srcdoc>`)."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html_tree import depth_of, page_tree
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEEPEST = 200
"""Levels of both together: what walks a tree recurses, and a parser's own bound is for one."""
_NESTED = 3


def put_page(frame: "_Element", source: str) -> None:
    """The page takes the frame's place; one that cannot be read leaves it empty."""
    from gristmill.pipeline.parsers.markup.html_prepared import prepare

    above = list(frame.iterancestors())
    if sum(each.get("data-frame") is not None for each in above) >= _NESTED:
        return
    try:
        page, _ = page_tree(source)
    except DocumentError:
        return
    body = page.find("body")
    if body is None or len(above) + depth_of(body) > _DEEPEST:
        return
    frame.clear(keep_tail=True)
    frame.tag = "div"
    frame.set("data-frame", "")
    frame.text = body.text
    frame.extend(list(body))
    prepare(frame)
