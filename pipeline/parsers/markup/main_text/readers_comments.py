"""What readers wrote below an article is no part of it; in a thread it is the content."""

from collections.abc import Mapping, Sequence

from gristmill.pipeline.parsers.markup.main_text.atoms import Atom
from gristmill.pipeline.parsers.markup.main_text.boxes import GROUPS

_COMMENT = 1 << list(GROUPS).index("comment")
_SOLID_CHARS = 80
_ARTICLE_CHARS = 250


def without_comments(
    atoms: Sequence[Atom], kept: Sequence[bool], page: Mapping[str, float]
) -> list[bool]:
    """Only of a page that says that it is an article, and has one outside of its comments.

    `page` are its numbers by name (`page_facts.PAGE_NAMES`).
    """
    is_article = page["og_article"] or page["is_article"]
    if not is_article or page["is_thread"]:
        return list(kept)
    apart = [
        keep and not atom.box.groups & _COMMENT for atom, keep in zip(atoms, kept, strict=True)
    ]
    solid = sum(_solid(atom) for atom, keep in zip(atoms, apart, strict=True) if keep)
    return apart if solid >= _ARTICLE_CHARS else list(kept)


def _solid(atom: Atom) -> int:
    chars = len(atom.text)
    return chars if chars >= _SOLID_CHARS and atom.link_chars * 2 < chars else 0
