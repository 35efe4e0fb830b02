"""Titles that nobody gave: what programs write into properties."""

import re

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


def is_made_up(title: str, media_type: str) -> bool:
    """Whether a program made the title. It does so in properties, which only such formats have; a
    mail about "report.pdf" or a page of that name is called so."""
    if not media_type.startswith("application/"):
        return False
    bare = title.strip(" ()[]<>").casefold()
    return _FILE.fullmatch(bare) is not None or _NEW.fullmatch(bare) is not None
