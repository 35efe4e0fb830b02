"""What a document is called: by itself, by its first heading, or by its file."""

import re

from gristmill.pool.pipeline.file_names import base_of, suffix_of
from gristmill.pool.pipeline.normalise import MAX_TITLE_CHARS, Normalised, clean_line
from gristmill.pool.pipeline.shapes import Parsed

_NUMBER = re.compile(r"\d{1,2}(?:\.\d+)*[.:)]?\s+|")
# Headings that open a document without naming it.
_NO_TITLES = frozenset(
    {"abstract", "about", "background", "contents", "description", "introduction", "motivation"}
    | {"notes", "overview", "preface", "purpose", "summary", "table of contents", "tl;dr"}
    | {"einleitung", "inhalt", "inhaltsverzeichnis", "vorwort", "zusammenfassung", "einführung"}
    | {"introducción", "índice", "resumen", "sommaire", "résumé", "avant-propos", "introduzione"}
)


def title_of(parsed: Parsed, normalised: Normalised, name: str) -> str | None:
    """The document's own title, else its first heading when that is an outermost one and names
    it, else the name of its file without the extension. None where there is no file."""
    if parsed.title and (title := clean_line(parsed.title)[:MAX_TITLE_CHARS]):
        return title
    if (first := _naming_heading(normalised)) is not None:
        return first
    if not (suffix := suffix_of(name)):
        return None
    return clean_line(base_of(name).removesuffix(suffix))[:MAX_TITLE_CHARS] or None


def _naming_heading(normalised: Normalised) -> str | None:
    """The first heading, unless it is one section of several, or opens the text without a name."""
    headings = normalised.headings
    if not headings:
        return None
    least = min(each.level for each in headings)
    if headings[0].level > least:
        return None
    several = sum(each.level == least for each in headings) > 1
    title = headings[0].title
    bare = _NUMBER.sub("", title, count=1)
    if (bare != title and several) or bare.rstrip(":.").casefold() in _NO_TITLES:
        return None
    return title
