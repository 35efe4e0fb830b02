"""HTML: the main text of a page with its headings, lists, tables and code."""

import re
from collections.abc import Callable, Container, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.importing import hidden
from gristmill.pipeline.parsers.markup.html_blocks import INVISIBLE, blocks_of
from gristmill.pipeline.parsers.markup.html_metadata import metadata_of, title_of
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

media_types = ("text/html",)
version = "2"

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE
)
_BOILERPLATE = frozenset({"nav", "footer", "aside", "form", "button", "select"})
_SITE_CHROME = "self::nav or self::aside or @role='navigation' or @role='complementary'"
_COMMENTS = (
    "@id='comments' or @id='disqus_thread' or contains(@class, 'comment-list')"
    " or contains(@class, 'commentlist') or contains(@class, 'comments-area')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' comments ')"
)
_FEW_CHARS = 250
_SOLID_CHARS = 80
_ARTICLE_ELEMENTS = 30_000  # more is no article, and trafilatura's time grows faster than the page


class Thresholds(NamedTuple):
    """When a page is taken whole. `bare_scripts`: with no more it has no site around it;
    `news_scripts`: with as many it is a news site's. `share` and `news_share`: how much of a
    page's solid text its article must have."""

    bare_scripts: int = 2
    news_scripts: int = 10
    share: float = 0.5
    news_share: float = 0.2


_THRESHOLDS = Thresholds()


def preload() -> None:
    _extraction()


def parse(blob: Blob, limits: Limits, thresholds: Thresholds = _THRESHOLDS) -> Parsed:
    """The article of a page; of a page that is none, everything but its navigation.

    Nothing that the page refers to is ever fetched. Raises DocumentError `parse_error` for
    markup that makes no page, `empty` for one without text.
    """
    declared = _CHARSET.search(blob.data[:4096])
    text, encoding = decode(blob.data, declared[1].decode("ascii") if declared else None)
    tree, cut = page_tree(text)
    metadata: dict[str, Any] = {**metadata_of(tree), "encoding": encoding}
    if cut:
        metadata["damaged"] = "the markup is nested too deeply; what is below is missing"
    blocks = _main_blocks(tree, thresholds)
    if cut and not blocks:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the page is nested too deeply")
    return Parsed(blocks, title_of(tree), metadata)


def page_tree(text: str) -> tuple["HtmlElement", bool]:
    """The page, and whether it was cut: lxml's own limits stay on (`huge_tree` is off)."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        raise DocumentError(DocumentCode.EMPTY, "the page has no content") from None
    return tree, any("depth" in entry.message for entry in parser.error_log)


def _main_blocks(tree: "HtmlElement", thresholds: Thresholds) -> tuple[Block, ...]:
    """What trafilatura takes for the article, where the page has one.

    A page without a site around it (an export, a snippet, generated documentation) is taken
    whole, and so is one of which trafilatura keeps little. News sites carry scripts by the dozen
    and teasers for more text than the article has: there little is enough.
    """
    scripts = sum(1 for _ in tree.iter("script"))
    bare = scripts <= thresholds.bare_scripts
    if bare and not tree.xpath(f"boolean(//*[{_SITE_CHROME}])"):
        return blocks_of(tree)
    if tree.xpath("count(//*)") > _ARTICLE_ELEMENTS:
        return _whole(tree)
    solid = _solid_of(tree) - sum(map(_solid_of, _comments(tree)))
    found = _article_blocks(tree)
    news = scripts >= thresholds.news_scripts
    share = thresholds.news_share if news else thresholds.share
    if sum(len(block.text) for block in found) >= _FEW_CHARS and _solid(found) >= share * solid:
        return found
    return _whole(tree) or found


def _comments(tree: "HtmlElement") -> list["HtmlElement"]:
    """The outermost parts that hold what readers wrote below an article."""
    found = _not_inside(tree, tree.xpath(f"//*[{_COMMENTS}]"))
    return [each for each in found if each.tag not in ("html", "body", "main", "article")]


def _whole(tree: "HtmlElement") -> tuple[Block, ...]:
    """Everything but the site's navigation; of a page that names its main part, that."""
    mains = tree.xpath("//main | //*[@role='main']")
    for main in _not_inside(tree, mains, _BOILERPLATE | INVISIBLE):
        blocks = blocks_of(main, skip=_BOILERPLATE)
        if sum(len(block.text) for block in blocks) >= _FEW_CHARS:
            return blocks
    return blocks_of(tree, skip=_BOILERPLATE) or blocks_of(tree)


def _not_inside(
    tree: "HtmlElement", elements: "list[HtmlElement]", leave: Container[str] = ()
) -> "Iterator[HtmlElement]":
    """Those of `elements` that no other of them contains: what has been read as a part of one
    is not read again. What is below an element named in `leave` has not been read."""
    from lxml.etree import iterwalk

    wanted = set(elements)
    inside = [False]
    for event, element in iterwalk(tree, ("start", "end")) if wanted else ():
        if event == "end":
            inside.pop()
            continue
        read = inside[-1] and element.tag not in leave
        if element in wanted and not read:
            yield element
            read = True
        inside.append(read)


def _extraction() -> Callable[..., Any]:
    # Of what it finds besides, its guess of the language is never asked for here, and would bring
    # numpy, with its threads, into the process that all workers are forked from.
    with hidden("py3langid"):
        from trafilatura import bare_extraction
    return bare_extraction


def _article_blocks(tree: "HtmlElement") -> tuple[Block, ...]:
    bare_extraction = _extraction()
    _mark_code(tree)
    try:
        document = bare_extraction(
            tree,
            fast=True,
            favor_recall=True,
            include_comments=False,
            include_formatting=True,
            include_tables=True,
        )
    except Exception:  # a control character in a formula is enough; the page is still readable
        return ()
    if document is None or isinstance(document, dict) or document.body is None:
        return ()
    return blocks_of(document.body)


def _mark_code(tree: "HtmlElement") -> None:
    """trafilatura takes `pre` for a quotation, and joins its lines, unless it holds `code`."""
    for element in list(tree.iter("pre")):
        if element.find("code") is None:
            code = element.makeelement("code")
            code.text, element.text = element.text, None
            code.extend(list(element))
            element.append(code)


def _solid_of(element: "HtmlElement") -> int:
    return _solid(blocks_of(element, skip=_BOILERPLATE | {"a"}))


def _solid(blocks: tuple[Block, ...]) -> int:
    """Characters in blocks long enough to be content: menus and teasers are short."""
    lengths = (len(block.text) for block in blocks if block.kind is not BlockKind.HEADING)
    return sum(length for length in lengths if length >= _SOLID_CHARS)
