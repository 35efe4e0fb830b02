"""Pages inside of a page that come with it (`<iframe srcdoc>`)."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html.html_tree import depth_of, page_tree
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEEPEST = 200
"""Levels of both together: what walks a tree recurses, and a parser's own bound is for one."""
_NESTED = 3


def put_pages(root: "_Element") -> None:
    """Embedded pages take their frames' places; those that cannot be read leave them empty."""
    frames = list(root.iter("iframe"))
    for _ in range(_NESTED):
        frames = [inner for frame in frames for inner in _put(frame)]


def _put(frame: "_Element") -> list["_Element"]:
    """The frames of the page in a frame."""
    source = frame.get("srcdoc")
    if not source or not source.strip():
        return []
    try:
        body = page_tree(source)[0].find("body")
    except DocumentError:
        return []
    above = sum(1 for _ in frame.iterancestors())
    if body is None or above + depth_of(body) > _DEEPEST:
        return []
    frame.clear(keep_tail=True)
    frame.tag = "div"
    frame.text = body.text
    frame.extend(list(body))
    return list(frame.iter("iframe"))
