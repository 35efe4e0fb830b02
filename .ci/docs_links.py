"""A hook of MkDocs: what docs/ links to outside of itself is shown in the repository."""

import posixpath
import re
from typing import Any

REPOSITORY = "https://github.com/gristmill/gristmill/blob/main/"
_OUTSIDE = re.compile(r"\]\((\.\.?/[^)\s]+)\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """A page's text with absolute links for files above docs/; others stay, and are checked."""
    return linked(markdown, page.file.src_uri)


def linked(markdown: str, source: str) -> str:
    """The same for the page `source`, a path below docs/."""
    folder = posixpath.join("docs", posixpath.dirname(source))

    def one(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, match[1]))
        return match[0] if target.startswith("docs/") else f"]({REPOSITORY}{target})"

    return _OUTSIDE.sub(one, markdown)
