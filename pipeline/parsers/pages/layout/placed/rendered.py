"""Text as liteparse renders it: Markdown, which is undone."""

import re

# It escapes these three where they stand for themselves, and writes nothing but stars for emphasis.
_MARKS = re.compile(r"\\([\\*_])|\*+")
_BLANKS = re.compile(r"[ \t\r\n]+")
_ODD_BLANKS = ("  ", "\n", "\t", "\r")


def plain(rendered: str | None) -> str:
    """The characters that are printed on the page."""
    if not rendered:
        return ""
    if "*" in rendered or "\\" in rendered:
        rendered = _MARKS.sub(r"\1", rendered)
    if any(blank in rendered for blank in _ODD_BLANKS):
        rendered = _BLANKS.sub(" ", rendered)
    return rendered.strip()
