"""HTML: the main text of a page with its headings, lists, tables and code."""

from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.markup.html.html_blocks import blocks_of
from gristmill.pipeline.parsers.markup.html.html_charset import page_text
from gristmill.pipeline.parsers.markup.html.html_metadata import metadata_of, title_of
from gristmill.pipeline.parsers.markup.html.html_prepared import prepare
from gristmill.pipeline.parsers.markup.html.html_tree import page_tree
from gristmill.pipeline.parsers.markup.html.html_warnings import warnings_of
from gristmill.pipeline.parsers.markup.main_text.boxes import GROUPS, groups_of
from gristmill.pipeline.parsers.markup.main_text.model import Weights
from gristmill.pipeline.parsers.markup.main_text.picking import leave_content
from gristmill.pipeline.shapes import Blob, Block, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("text/html",)
version = "4"

_SITE_TAGS = ("nav", "aside", "footer")
_SITE_ROLES = "@role='navigation' or @role='complementary' or @role='contentinfo'"
_SITE_NAMES = sum(1 << list(GROUPS).index(name) for name in ("menu", "side", "foot"))
_BARE_SCRIPTS = 2
_SITE_PARTS = frozenset({"nav", "footer", "aside", "form", "button", "select"})
_WHOLE_ELEMENTS = 30_000  # more is a listing or a table, of which every row counts


def preload() -> None:
    from lxml import etree  # noqa: F401

    from gristmill.pipeline.parsers.markup.main_text.model import learned

    learned()


def parse(blob: Blob, limits: Limits, weights: Weights | None = None) -> Parsed:
    """The content of a page, without the site around it; of one without a site, everything.

    Nothing that the page refers to is ever fetched. Raises DocumentError `parse_error` for
    markup that makes no page, `empty` for one without text.
    """
    decoded = page_text(blob.data)
    tree, cut = page_tree(decoded.text)
    metadata: dict[str, Any] = {**metadata_of(tree), "encoding": decoded.encoding}
    title = title_of(tree)
    bare = is_bare(tree)
    asks_for_scripts = prepare(tree, whole=bare)
    blocks = blocks_of(tree) if bare else _main_blocks(tree, title or "", weights)
    warnings = [*decoded.warnings]
    warnings += warnings_of(tree, sum(len(block.text) for block in blocks), asks_for_scripts)
    if cut:
        metadata["damaged"] = "the markup is nested too deeply; what is below is missing"
        message = "The markup is nested too deeply; what is below that is missing."
        warnings.append(DocumentWarning(WarningCode.CONTENT_CUT, message))
    if cut and not blocks:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the page is nested too deeply")
    return Parsed(blocks, title, metadata, warnings=warnings)


def tree_of(data: bytes) -> "_Element":
    """A page's tree as it was written. Raises DocumentError."""
    return page_tree(page_text(data).text)[0]


def is_bare(tree: "_Element") -> bool:
    """Whether there is no site around the page: an export, a snippet, generated documentation."""
    if sum(1 for _ in tree.iter("script")) > _BARE_SCRIPTS:
        return False
    if next(tree.iter(*_SITE_TAGS), None) is not None or tree.xpath(f"boolean(//*[{_SITE_ROLES}])"):
        return False
    boxes = tree.iter("div", "ul", "table", "td", "section", "header")
    return not any(_is_of_site(box) for box in boxes)


def _is_of_site(box: "_Element") -> bool:
    """A part that is called like one of a site's, and links elsewhere."""
    named = groups_of(f"{box.get('class') or ''} {box.get('id') or ''}".lower()) & _SITE_NAMES
    return bool(named) and any(not each.get("href", "#").startswith("#") for each in box.iter("a"))


def _main_blocks(tree: "_Element", title: str, weights: Weights | None) -> tuple[Block, ...]:
    if tree.xpath("count(//*)") > _WHOLE_ELEMENTS:
        return blocks_of(tree, skip=_SITE_PARTS) or blocks_of(tree)
    leave_content(tree, title, weights)
    return blocks_of(tree)
