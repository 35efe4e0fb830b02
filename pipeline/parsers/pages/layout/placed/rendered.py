"""Text as liteparse renders it: Markdown, which is undone."""

import re

# It escapes these three where they stand for themselves, and writes nothing but stars for emphasis.
_MARKS = re.compile(r"\\([\\*_])|\*+")
_BLANKS = re.compile(r"[ \t\r\n]+")


def plain(rendered: str | None) -> str:
    """The characters that are printed on the page."""
    if not rendered:
        return ""
    if "*" in rendered or "\\" in rendered:
        rendered = _MARKS.sub(r"\1", rendered)
    return _BLANKS.sub(" ", rendered).strip()
