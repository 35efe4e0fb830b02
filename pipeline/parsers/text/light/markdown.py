"""Markdown: headings, lists, tables, code and footnotes by CommonMark's block rules."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.tables import table_block
from gristmill.pipeline.parsers.text.light.frontmatter import split_front_matter
from gristmill.pipeline.parsers.text.light.markdown_html import Tables, html_blocks_of
from gristmill.pipeline.parsers.text.light.markdown_notes import without_notes
from gristmill.pipeline.parsers.text.light.markdown_titles import opening_title
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

media_types = ("text/markdown",)
version = "4"

_INLINE_CHARS = 300  # a longer heading is left as it is: the patterns below are quadratic in it
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_BADGE = re.compile(
    r"\[!\[[^\[\]]*\]\([^()]*\)\](?:\([^()]*\)|\[[^\[\]]*\])|!\[[^\[\]]*\]\([^()]*\)"
)
_EMPHASIS = re.compile(r"(\*\*|__|\*|`+)(?=\S)(.+?)(?<=\S)\1")
_ANCHOR = re.compile(r"\s*\{\s*#[^}]*\}\s*$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")

_KINDS = {
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
}
_LITERAL = frozenset({"fence", "code_block", "html_block"})


def preload() -> None:
    _reader()


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Text keeps its inline marks; headings and HTML blocks lose theirs."""
    text, encoding, warnings = read_text(blob.data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    metadata, body = split_front_matter(text)
    title = metadata.pop("title", None)
    if not isinstance(title, str):
        title = opening_title(body)
    return Parsed(
        tuple(_blocks(body)),
        title,
        {**metadata, "encoding": encoding},
        warnings=warnings,
    )


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # Without the inline rules: only the blocks matter, and they cost a tenth.
    return MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])


def _blocks(body: str) -> Iterator[Block]:
    tokens = _reader().parse(body)
    lines = body.split("\n")
    notes: dict[int, Block] = {}
    if "[^" in body:
        literal = [token.map for token in tokens if token.type in _LITERAL and token.map]
        lines, notes = without_notes(lines, literal)
        tokens = _reader().parse("\n".join(lines)) if notes else tokens
    tables = Tables(lines)
    waiting = sorted(notes, reverse=True)
    after = 0
    for index, token in enumerate(tokens):
        if token.level or token.nesting < 0 or token.map is None or token.map[0] < after:
            continue
        while waiting and waiting[-1] < token.map[0]:
            yield notes[waiting.pop()]
        if token.type == "html_block":
            after = tables.end(token.map[0], token.map[1])
            yield from _html("\n".join(lines[token.map[0] : after]))
        elif token.type == "table_open":
            yield from filter(None, [table_block(_rows(tokens, index))])
        else:
            yield _block(token, tokens[index + 1] if token.nesting else token, lines)
    yield from (notes[each] for each in reversed(waiting))


def _block(token: "Token", inner: "Token", lines: list[str]) -> Block:
    if token.type == "heading_open":
        return Block(BlockKind.HEADING, heading_text(inner.content), int(token.tag[1:]))
    if token.type in ("fence", "code_block"):
        return Block(BlockKind.CODE, token.content)
    first, last = token.map or (0, 0)
    if token.type == "hr":
        return Block(BlockKind.TEXT, "")
    return Block(_KINDS.get(token.type, BlockKind.TEXT), "\n".join(lines[first:last]))


def _rows(tokens: "list[Token]", index: int) -> list[list[str]]:
    """The cells of the table that is opened at `index`."""
    rows: list[list[str]] = []
    for at in range(index, len(tokens)):
        token = tokens[at]
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
    return rows


def _html(source: str) -> Iterator[Block]:
    """The blocks of HTML; where there are none, what is visible of it."""
    blocks = html_blocks_of(source)
    if blocks:
        yield from blocks
    elif text := _visible(source).strip():
        yield Block(BlockKind.TEXT, text)


def heading_text(source: str) -> str:
    """A heading's words without links' targets, badges, emphasis, code marks, tags and anchors."""
    if len(source) > _INLINE_CHARS:
        return source
    text = _ANCHOR.sub("", source)
    if "![" in text:
        text = _BADGE.sub("", text).strip() or text
    for pattern, replacement in (
        *((_LINK, r"\1"),) * (2 if "[![" in text else 1),
        *((_EMPHASIS, r"\2"), (_EMPHASIS, r"\2")),
    ):
        text = pattern.sub(replacement, text)
    return _visible(text)


def _visible(html: str) -> str:
    """Without tags and comments, and with entities resolved. Linear, so comments by search."""
    first, *others = html.split("<!--")
    kept = [first, *(other.partition("-->")[2] for other in others)]
    return unescape(_TAG.sub("", "".join(kept)))
