"""What a document is called: by itself, by its first heading, or by its file."""

import re
from pathlib import PurePosixPath

from gristmill.pool.pipeline.normalise import MAX_TITLE_CHARS, Normalised, clean_line
from gristmill.pool.pipeline.shapes import Parsed

_NUMBER = re.compile(r"[\d.\s]*")
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
    first = normalised.headings[0] if normalised.headings else None
    if first is not None and first.level == min(each.level for each in normalised.headings):
        bare = _NUMBER.sub("", first.title, count=1).rstrip(":.").casefold()
        if bare not in _NO_TITLES:
            return first.title
    file = PurePosixPath(name)
    return clean_line(file.stem)[:MAX_TITLE_CHARS] or None if file.suffix else None
