"""Visiting cards (vCard 2.1, 3.0 and 4.0; RFC 6350): a section for each contact."""

import re
from collections.abc import Iterator

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.mail.cards.content_lines import Component, ContentLine, components
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("text/vcard",)
version = "1"

_LABELS = {
    "NICKNAME": "Nickname",
    "ORG": "Organization",
    "TITLE": "Title",
    "ROLE": "Role",
    "EMAIL": "E-mail",
    "TEL": "Phone",
    "ADR": "Address",
    "LABEL": "Address",
    "URL": "Web",
    "IMPP": "Messenger",
    "X-SOCIALPROFILE": "Profile",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "LANG": "Language",
    "CATEGORIES": "Categories",
    "RELATED": "Related",
    "MEMBER": "Member",
}
_STRUCTURED = frozenset({"ORG", "ADR"})
_BINARIES = ("PHOTO", "LOGO", "SOUND", "KEY")
_NO_TYPES = frozenset({"pref", "internet", "x400"})
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?")
_BLANKS = re.compile(r"\s+")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The only contact's name is the title.

    Raises DocumentError `parse_error` for what holds no card, `too_large` over
    `limits.max_members` of them.
    """
    read = components(decode(blob.data).text)
    cards = [each for each in read.root.inner if each.name == "VCARD"]
    if not cards:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the file has no visiting card in it")
    if len(cards) > limits.max_members:
        raise DocumentError(DocumentCode.TOO_LARGE, f"it has over {limits.max_members} contacts")
    blocks = [block for card in cards for block in _section(card)]
    title = _name(cards[0]) if len(cards) == 1 else None
    warnings = _warnings(cards, read.broken, read.is_cut)
    return Parsed(blocks, title or None, {"contacts": len(cards)}, warnings=warnings)


def _warnings(cards: list[Component], broken: int, is_cut: bool) -> list[DocumentWarning]:
    found: list[DocumentWarning] = []
    binaries = sum(line.is_binary for card in cards for line in card.all(*_BINARIES))
    if binaries:
        message = "a picture, sound or key that is embedded in a contact is not read"
        found.append(DocumentWarning(WarningCode.OBJECT_LEFT_OUT, message, count=binaries))
    if is_cut:
        found.append(DocumentWarning(WarningCode.CONTENT_CUT, "the last contact ends too early"))
    if broken:
        message = "a line of the contacts cannot be read"
        found.append(DocumentWarning(WarningCode.MARKUP_BROKEN, message, count=broken))
    return found


def _section(card: Component) -> Iterator[Block]:
    yield Block(BlockKind.HEADING, _name(card) or "Contact", 1)
    lines = [_fact(line) for line in card.lines if line.name in _LABELS and not line.is_binary]
    if facts := "\n".join(filter(None, lines)):
        yield Block(BlockKind.LIST, facts)
    for line in card.all("NOTE"):
        if text := line.text():
            yield Block(BlockKind.TEXT, text)


def _name(card: Component) -> str:
    """As it is shown, else made of its parts: family, given, more, before it, behind it."""
    if shown := card.text("FN"):
        return _BLANKS.sub(" ", shown)
    if (line := card.line("N")) and any(line.fields()):
        family, given, more, before, behind = [*line.fields(), "", "", "", "", ""][:5]
        parts = (before, given, more, family, behind)
        return _BLANKS.sub(" ", " ".join(filter(None, parts)))
    return _BLANKS.sub(" ", card.text("ORG", "NICKNAME", "EMAIL"))


def _fact(line: ContentLine) -> str:
    structured = line.name in _STRUCTURED
    text = ", ".join(filter(None, line.fields())) if structured else line.text()
    if line.name in ("BDAY", "ANNIVERSARY") and (day := _DAY.fullmatch(text)):
        text = "-".join(day.groups())
    if not text:
        return ""
    kinds = [kind.strip().lower() for kind in line.parameters.get("TYPE", "").split(",")]
    kinds = [kind for kind in kinds if kind and kind not in _NO_TYPES]
    label = _LABELS[line.name] + (f" ({', '.join(kinds)})" if kinds else "")
    return f"{label}: {_BLANKS.sub(' ', text.removeprefix('tel:'))}"
