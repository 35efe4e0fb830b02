"""The title of a Markdown text that opens with no heading: a field, or the words of a logo."""

import re
from html import unescape

from gristmill.pipeline.parsers.text.light.logos import name_on_logo

_LOOKED_AT = 8192
_HEADING = re.compile(
    r"^(?: {0,3}#{1,6}\s|(?:=+|-{2,})\s*$|.*<h[1-6]\b[^>]*>\s*[^\s<!\[])",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(
    r"^[-*|]?\s{0,3}(?:\*\*|__)?(?:feature name|title)(?:\*\*|__)?\s{0,3}[:|]"
    r"(?:\*\*|__)?[ \t]{0,8}(\S[^\n]{0,200})$",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_GIVEN = re.compile(r"\W*(?:n/?a|none|tbd|todo|untitled|.*fill.me.in.*)?\W*\Z", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,200})\]\(([^()\s]{0,1000})")
_IMG = re.compile(r"<img\b([^<>]{0,2000})>", re.IGNORECASE)
_ALT = re.compile(r"\balt\s{0,3}=\s{0,3}[\"']([^\"'<>]{0,200})[\"']", re.IGNORECASE)
_SRC = re.compile(r"\bsrc\s{0,3}=\s{0,3}[\"']?([^\"'\s<>]{0,1000})", re.IGNORECASE)
_STRONG = re.compile(r"<p\b[^<>]{0,200}>\s{0,20}<(strong|b)>([^<>]{2,100})</\1>", re.IGNORECASE)


def opening_title(body: str) -> str | None:
    """What the text before the first heading calls the document: `- Feature Name: x`, `Title: x`,
    the words of a logo (badges are none), bold words in a paragraph of HTML."""
    start = body[:_LOOKED_AT]
    heading = _HEADING.search(start)
    opening = start[: heading.start()] if heading else start
    if (field := _FIELD.search(opening)) and not _NOT_GIVEN.match(field[1]):
        return field[1].strip("`*_| \t\r") or None
    for found in _IMAGE.finditer(opening):
        if name := name_on_logo(found[1], found[2]):
            return name
    for tag in _IMG.finditer(opening):
        alt, source = _ALT.search(tag[1]), _SRC.search(tag[1])
        if alt and (name := name_on_logo(unescape(alt[1]), source[1] if source else "")):
            return name
    if strong := _STRONG.search(opening):
        return unescape(strong[2]).strip() or None
    return None
