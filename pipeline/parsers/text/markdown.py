"""Markdown: headings, lists, tables and code by CommonMark's block rules."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.text.frontmatter import split_front_matter
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

media_types = ("text/markdown",)
version = "2"

_INLINE_CHARS = 300  # a longer heading is left as it is: the patterns below are quadratic in it
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`+)(?=\S)(.+?)(?<=\S)\1")
_ANCHOR = re.compile(r"\s*\{\s*#[^}]*\}\s*$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")

_KINDS = {
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "table_open": BlockKind.TABLE,
}


def preload() -> None:
    _reader()


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Text keeps its inline marks; headings and HTML blocks lose theirs."""
    text, encoding = decode(blob.data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    metadata, body = split_front_matter(text)
    title = metadata.pop("title", None)
    return Parsed(
        tuple(_blocks(body)),
        title if isinstance(title, str) else None,
        {**metadata, "encoding": encoding},
    )


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # Without the inline rules: only the blocks matter, and they cost a tenth.
    return MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])


def _blocks(body: str) -> Iterator[Block]:
    lines = body.split("\n")
    tokens = _reader().parse(body)
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            yield _block(token, tokens[index + 1] if token.nesting else token, lines)


def _block(token: "Token", inner: "Token", lines: list[str]) -> Block:
    if token.type == "heading_open":
        return Block(BlockKind.HEADING, heading_text(inner.content), int(token.tag[1:]))
    if token.type in ("fence", "code_block"):
        return Block(BlockKind.CODE, token.content)
    if token.type == "html_block":
        return Block(BlockKind.TEXT, _visible(token.content))
    first, last = token.map or (0, 0)
    if token.type == "hr":
        return Block(BlockKind.TEXT, "")
    return Block(_KINDS.get(token.type, BlockKind.TEXT), "\n".join(lines[first:last]))


def heading_text(source: str) -> str:
    """A heading's words without links' targets, emphasis, code marks, tags and anchors."""
    if len(source) > _INLINE_CHARS:
        return source
    text = _ANCHOR.sub("", source)
    for pattern, replacement in ((_LINK, r"\1"), (_EMPHASIS, r"\2"), (_EMPHASIS, r"\2")):
        text = pattern.sub(replacement, text)
    return _visible(text)


def _visible(html: str) -> str:
    """Without tags and comments, and with entities resolved. Linear, so comments by search."""
    first, *others = html.split("<!--")
    kept = [first, *(other.partition("-->")[2] for other in others)]
    return unescape(_TAG.sub("", "".join(kept)))
