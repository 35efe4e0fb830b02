"""What a document is called: by itself, by its first heading, or by its file."""

import re

from gristmill.pipeline.file_names import base_of, suffix_of
from gristmill.pipeline.made_up_titles import is_made_up
from gristmill.pipeline.normalise import MAX_TITLE_CHARS, Normalised, clean_line
from gristmill.pipeline.section_names import OPENERS, SECTIONS
from gristmill.pipeline.shapes import Parsed

_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d+)*[.:)]?|[IVXLC]{1,6}[.:)])\s+|")
_DEEP = re.compile(r"\d{1,2}\.\d")
_LINKED = re.compile(
    r"!?\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\]|:.*)?|\S*://\S*|^\.\. .*", re.MULTILINE
)
_LOOKED_AT = 4000
_PROSE_WORDS = 12
"""A tagline has fewer words; text before the first of several headings makes it a section."""
_SENTENCE = re.compile("[。；].|，.{12}")
_WORKBOOKS = ("application/vnd.ms-excel", "spreadsheet", "spreadsheetml.sheet")


def title_of(parsed: Parsed, normalised: Normalised, name: str, media_type: str) -> str | None:
    """The document's own title, else its first heading when that is an outermost one and names
    it, else the name of its file without the extension. None where there is no file.

    A workbook's headings are the names of its sheets: those do for one without a file."""
    title = clean_line(parsed.title)[:MAX_TITLE_CHARS] if parsed.title else ""
    if title and not is_made_up(title, media_type):
        return title
    suffix = suffix_of(name)
    of_file = clean_line(base_of(name).removesuffix(suffix))[:MAX_TITLE_CHARS] if suffix else ""
    first = _naming_heading(normalised)
    if first and is_made_up(first, media_type):
        first = None
    if media_type.endswith(_WORKBOOKS):
        return of_file or first
    return first or of_file or None


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
    follows_prose = _is_prose(normalised.text[: headings[0].offset])
    if (bare != title or several) and (follows_prose or (bare != title and several)):
        return None
    known = bare.rstrip(":.!").casefold()
    if (
        _DEEP.match(title)
        or known in OPENERS
        or (several and known in SECTIONS)
        or _SENTENCE.search(title)
    ):
        return None
    return title


def _is_prose(text: str) -> bool:
    """Whether it says something, beside badges, links and a tagline."""
    return len(_LINKED.sub("", text[:_LOOKED_AT]).split()) > _PROSE_WORDS
