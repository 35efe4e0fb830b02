"""What a document is called: by itself, by its first heading, or by its file."""

import re

from gristmill.pipeline.file_names import base_of, suffix_of
from gristmill.pipeline.normalise import MAX_TITLE_CHARS, Normalised, clean_line
from gristmill.pipeline.shapes import Parsed

_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d+)*[.:)]?|[IVXLC]{1,6}[.:)])\s+|")
# Headings that open a document without naming it.
_NO_TITLES = frozenset(
    {"abstract", "about", "bibliography", "references", "acknowledgements", "acknowledgments"}
    | {"keywords", "appendix", "literatur", "literaturverzeichnis", "bibliographie", "referencias"}
    | {"background", "contents", "description", "introduction", "motivation"}
    | {"notes", "overview", "preface", "purpose", "summary", "table of contents", "tl;dr"}
    | {"einleitung", "inhalt", "inhaltsverzeichnis", "vorwort", "zusammenfassung", "einführung"}
    | {"introducción", "índice", "resumen", "sommaire", "résumé", "avant-propos", "introduzione"}
)
# What programs write where nobody gave a title: the name of the file that was printed, or of a new
# one. Extensions that are parts of names as well are left out: `Last.fm`, `Character.ai`.
_FILES = (
    "bin|cdr|docm|docx?|dotx?|dvi|dwg|eps|exe|html?|indd|odp|ods|odt|p65|pdf|pmd|pptx?|ps|qx[dp]|rtf"
    "|tex|tmp|txt|vsdx?|wpd|wps|xlsm|xlsx?"
)
_FILE = re.compile(
    rf"microsoft (?:office )?(?:excel|powerpoint|publisher|visio|word) - .*|.*\S\.(?:{_FILES})"
)
_NEW = re.compile(
    r"(?:untitled|unbenannt|namenlos|ohne titel|sans titre|sans nom|sin título|senza titolo"
    r"|no title|unnamed|anonymous|unspecified)(?:[ -](?:document|presentation|spreadsheet))?"
    r"(?:[ -]?\d+)?"
    r"|(?:binder|book|classeur|document|dokument|mappe|presentation|präsentation|présentation"
    r"|publication|slide)[ -]?\d*"
    r"|(?:powerpoint|word|excel)[ -](?:document|presentation|präsentation)|présentation powerpoint"
)
_WORKBOOKS = ("application/vnd.ms-excel", "spreadsheet", "spreadsheetml.sheet")


def title_of(parsed: Parsed, normalised: Normalised, name: str, media_type: str) -> str | None:
    """The document's own title, else its first heading when that is an outermost one and names
    it, else the name of its file without the extension. None where there is no file.

    A workbook's headings are the names of its sheets: those do for one without a file."""
    title = clean_line(parsed.title)[:MAX_TITLE_CHARS] if parsed.title else ""
    if title and not _is_made_up(title, media_type):
        return title
    suffix = suffix_of(name)
    of_file = clean_line(base_of(name).removesuffix(suffix))[:MAX_TITLE_CHARS] if suffix else ""
    first = _naming_heading(normalised)
    if first and _is_made_up(first, media_type):
        first = None
    if media_type.endswith(_WORKBOOKS):
        return of_file or first
    return first or of_file or None


def _is_made_up(title: str, media_type: str) -> bool:
    """Whether a program made the title. It does so in properties, which only such formats have; a
    mail about "report.pdf" or a page of that name is called so."""
    if not media_type.startswith("application/"):
        return False
    bare = title.strip(" ()[]<>").casefold()
    return _FILE.fullmatch(bare) is not None or _NEW.fullmatch(bare) is not None


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
