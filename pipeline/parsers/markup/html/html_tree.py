"""A page's tree, within libxml2's own limits."""

from typing import TYPE_CHECKING

from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element


def page_tree(text: str) -> tuple["_Element", bool]:
    """The page, and whether it was cut: lxml's own limits stay on (`huge_tree` is off)."""
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        tree = None
    if tree is None:
        raise DocumentError(DocumentCode.EMPTY, "the page has no content")
    return tree, any("depth" in entry.message for entry in parser.error_log)


def depth_of(root: "_Element") -> int:
    """How many elements are inside each other below `root`, itself included."""
    from lxml.etree import iterwalk

    depth = deepest = 0
    for event, _ in iterwalk(root, ("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def text_below(element: "_Element") -> str:
    return "".join(map(str, element.itertext()))
